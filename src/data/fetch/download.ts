import { createWriteStream } from 'node:fs';
import { rename, rm, stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { messageOf, UserError } from '../../core/errors.ts';
import { explainFileError } from '../../files/file-error.ts';

export interface DownloadOptions {
  /** Largest size accepted, in bytes. */
  readonly most: number;
  /** Timeout: seconds without a byte after which a connection counts as broken. */
  readonly patience?: number;
  readonly onProgress?: (done: number, total: number) => void;
}

/**
 * Downloads to `path`, atomically: what has arrived is kept in `<path>.part`, and a later call resumes from there.
 * Throws {@link UserError} if the server can't be reached or refuses, or if its answer is inconsistent.
 */
export async function download(address: string, path: string, options: DownloadOptions): Promise<void> {
  const part = `${path}.part`;
  const begun = await sizeOf(part);
  const response = await request(address, begun, options);
  if (isComplete(response, begun)) return rename(part, path);
  assertArchive(response, begun, address, part);
  const from = begun > 0 && response.status === 206 ? begun : 0;
  const total = totalOf(response, from, address, part);
  if (total > options.most) throw refuse(address, `it has ${total} bytes, expected at most ${options.most}`);
  await receive(response, part, from, total, address, options);
  const received = await sizeOf(part);
  if (received < total) {
    throw refuse(
      address,
      `the connection broke after ${received} of ${total} bytes; run the command again to resume`,
    );
  }
  if (received > total) {
    await rm(part, { force: true });
    throw refuse(address, `it sent ${received} bytes instead of the announced ${total}; try again later`);
  }
  await rename(part, path);
}

/** Follows redirects. Asks for no transfer compression, so that announced sizes are those of the archive. */
async function request(
  address: string,
  begun: number,
  { patience = 60 }: DownloadOptions,
): Promise<Response> {
  const headers = { 'accept-encoding': 'identity', ...(begun > 0 && { range: `bytes=${begun}-` }) };
  // The timeout ends with the answer: a signal that fired later would abort a long download.
  const waiting = new AbortController();
  const timer = setTimeout(
    () => waiting.abort(new Error(`no answer for ${patience} seconds`)),
    patience * 1000,
  );
  return fetch(address, { headers, signal: waiting.signal })
    .catch(error => {
      throw refuse(
        address,
        `${reasonOf(error)}; check the network connection, or name another server with --from`,
      );
    })
    .finally(() => clearTimeout(timer));
}

/** Whether the part is already complete, so that it only has to be renamed. */
function isComplete({ status, headers }: Response, begun: number): boolean {
  return status === 416 && begun > 0 && headers.get('content-range') === `bytes */${begun}`;
}

function assertArchive(response: Response, begun: number, address: string, part: string): void {
  const { status, ok, headers } = response;
  if (status === 416 || (status === 206 && begun === 0)) {
    throw refuse(
      address,
      `the server cannot resume the download (status ${status} after ${begun} bytes); remove "${part}" to start over`,
    );
  }
  if (!ok) throw refuse(address, `the server answers with status ${status}`);
  const type = headers.get('content-type') ?? '';
  if (type.startsWith('text/')) {
    throw refuse(
      address,
      `the server sends ${type.split(';')[0]} instead of an archive; open the address in a browser to see the page`,
    );
  }
  const encoding = headers.get('content-encoding');
  if (encoding !== null && encoding !== 'identity')
    throw refuse(
      address,
      `the server sends it with additional compression (${encoding}); download and unpack it by hand`,
    );
}

/** Size of the whole file in bytes, according to the server. */
function totalOf(response: Response, from: number, address: string, part: string): number {
  if (response.status !== 206) return lengthOf(response, address);
  const range = response.headers.get('content-range') ?? '';
  const [, first, , total] = /^bytes (\d+)-(\d+)\/(\d+)$/.exec(range) ?? [];
  if (Number(first) === from && total !== undefined) return Number(total);
  throw refuse(
    address,
    `asked for bytes from ${from} on, the server sends "${range}"; remove "${part}" to start over`,
  );
}

function lengthOf(response: Response, address: string): number {
  const length = Number(response.headers.get('content-length'));
  if (length > 0) return length;
  throw refuse(address, 'the server does not report its size');
}

/** Writes what arrives; stops once more bytes arrive than were announced. */
async function receive(
  response: Response,
  part: string,
  from: number,
  total: number,
  address: string,
  { patience = 60, onProgress }: DownloadOptions,
): Promise<void> {
  let done = from;
  const body = Readable.fromWeb(response.body as Parameters<typeof Readable.fromWeb>[0]);
  let timer = setTimeout(() => {}, 0);
  const watch = () => {
    clearTimeout(timer);
    timer = setTimeout(
      () => body.destroy(new Error(`nothing arrived for ${patience} seconds`)),
      patience * 1000,
    );
  };
  body.on('data', (chunk: Uint8Array) => {
    watch();
    done += chunk.length;
    onProgress?.(Math.min(done, total), total);
    if (done > total) body.destroy();
  });
  const file = createWriteStream(part, { flags: from > 0 ? 'a' : 'w' });
  let refused: unknown;
  file.on('error', error => {
    refused = error;
  });
  watch();
  // If the connection breaks, the part remains; the caller checks its size.
  await pipeline(body, file).catch(() => {});
  clearTimeout(timer);
  if (refused) throw refuse(address, `cannot write "${part}": ${explainFileError(refused)}`);
}

function refuse(address: string, reason: string): UserError {
  return new UserError(`Cannot download "${address}": ${reason}`);
}

/** The cause behind undici's message "fetch failed". */
function reasonOf(error: unknown): string {
  const cause = (error as { cause?: NodeJS.ErrnoException }).cause;
  if (cause?.code === 'ENOTFOUND') return 'the name of the server was not found';
  return messageOf(cause ?? error).split('\n')[0]!;
}

async function sizeOf(path: string): Promise<number> {
  return stat(path).then(
    ({ size }) => size,
    () => 0,
  );
}
