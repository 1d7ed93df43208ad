import { Pix2PixError } from './errors.ts';

export interface DownloadOptions {
  readonly signal: AbortSignal | undefined;
  /** Called with bytes; `total` is 0 if the server does not say. */
  readonly onProgress?: (loaded: number, total: number) => void;
  /** The length that the file should have. */
  readonly bytes?: number | undefined;
  /** The hash that it should have: `sha256-` and base64. */
  readonly integrity?: string | undefined;
  /** Name of the cache to keep it in by its hash; null: none. */
  readonly cache?: string | null;
}

/** Downloads a file, or takes it from the cache. Throws {@link Pix2PixError}, or the signal's reason. */
export async function download(url: string, options: DownloadOptions): Promise<Uint8Array<ArrayBuffer>> {
  const { signal, onProgress, bytes, integrity } = options;
  const kept = integrity && options.cache ? await openCache(options.cache) : undefined;
  const key = `${globalThis.location?.origin}/pix2pix/${encodeURIComponent(integrity ?? '')}`;
  const cached = await kept?.match(key);
  if (cached) {
    const content = new Uint8Array(await cached.arrayBuffer());
    if (await hasHash(content, integrity!)) {
      onProgress?.(content.length, content.length);
      return content;
    }
  }
  const content = await fetchAll(url, signal, bytes ?? 0, onProgress);
  if (bytes !== undefined && content.length < bytes) {
    throw new Pix2PixError(
      'model',
      `Cannot load "${url}": it is truncated, ${content.length} of ${bytes} bytes`,
    );
  }
  if (integrity !== undefined && !(await hasHash(content, integrity))) {
    throw new Pix2PixError('integrity', `Cannot load "${url}": its hash is not ${integrity}`);
  }
  signal?.throwIfAborted();
  // A full disk, or a browser that keeps nothing, is no reason to fail.
  await kept?.put(key, new Response(content)).catch(() => {});
  return content;
}

/** Downloads a text. Throws {@link Pix2PixError}, or the signal's reason. */
export async function downloadText(url: string, signal: AbortSignal | undefined): Promise<string> {
  return new TextDecoder().decode(await fetchAll(url, signal, 0));
}

async function fetchAll(
  url: string,
  signal: AbortSignal | undefined,
  expected: number,
  onProgress: DownloadOptions['onProgress'] = () => {},
): Promise<Uint8Array<ArrayBuffer>> {
  try {
    const response = await fetch(url, { signal: signal ?? null });
    if (!response.ok) {
      throw new Pix2PixError('network', `Cannot load "${url}": the server answers ${response.status}`);
    }
    const total = expected || Number(response.headers.get('content-length') ?? 0);
    const parts: Uint8Array<ArrayBuffer>[] = [];
    let loaded = 0;
    const reader = response.body!.getReader();
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      parts.push(next.value);
      loaded += next.value.length;
      onProgress(loaded, Math.max(total, loaded));
    }
    return joined(parts, loaded);
  } catch (cause) {
    signal?.throwIfAborted();
    if (cause instanceof Pix2PixError) throw cause;
    const reason = 'the server can’t be reached, or does not allow this site to read the file (CORS)';
    throw new Pix2PixError('network', `Cannot load "${url}": ${reason}`, { cause });
  }
}

function joined(parts: readonly Uint8Array[], length: number): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** Throws {@link Pix2PixError} for another kind of hash, and if the browser can't compute any. */
async function hasHash(content: Uint8Array<ArrayBuffer>, integrity: string): Promise<boolean> {
  const algorithm = /^sha(256|384|512)-/.exec(integrity)?.[1];
  if (!algorithm) {
    throw new Pix2PixError('integrity', `Cannot check "${integrity}": it does not begin with sha256-`);
  }
  if (!globalThis.crypto?.subtle) {
    throw new Pix2PixError('integrity', 'Cannot check the model’s hash: browsers do so on https pages only');
  }
  const digest = new Uint8Array(await crypto.subtle.digest(`SHA-${algorithm}`, content));
  return integrity.endsWith(`-${btoa(String.fromCharCode(...digest))}`);
}

/** Undefined where pages can't keep anything, as on plain http. */
async function openCache(name: string): Promise<Cache | undefined> {
  return globalThis.caches?.open(name).catch(() => undefined);
}
