import { createWriteStream } from 'node:fs';
import { rename, rm, stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { messageOf, UserError } from '../../core/errors.ts';
import { explainFileError } from '../../files/file-error.ts';

export interface DownloadOptions {
  /** More bytes than this are refused. */
  readonly most: number;
  /** Seconds without a byte after which a connection counts as broken. */
  readonly patience?: number;
  readonly onProgress?: (done: number, total: number) => void;
}

/**
 * Downloads to `path`, whole or not at all: what has arrived lies in `<path>.part`, from where a later call goes on.
 * Throws {@link UserError} where the server can't be reached or refuses, or what it sends doesn't add up.
 */
export async function download(address: string, path: string, options: DownloadOptions): Promise<void> {
  const part = `${path}.part`;
  const begun = await sizeOf(part);
  const response = await request(address, begun, options);
  if (isComplete(response, begun)) return rename(part, path);
  assertArchive(response, begun, address);
  const from = begun > 0 && response.status === 206 ? begun : 0;
  const total = totalOf(response, from, address);
  if (total > options.most)
    throw refuse(address, `it holds ${total} bytes, and at most ${options.most} are taken`);
  await receive(response, part, from, total, address, options);
  const received = await sizeOf(part);
  if (received < total) {
    throw refuse(
      address,
      `the connection broke after ${received} of ${total} bytes; run the command again to go on`,
    );
  }
  if (received > total) {
    await rm(part, { force: true });
    throw refuse(address, `it sent ${received} bytes where ${total} were announced; try again later`);
  }
  await rename(part, path);
}

/** Redirections are followed. Sizes are those of the archive as it is, so nothing may be compressed once more. */
async function request(
  address: string,
  begun: number,
  { patience = 60 }: DownloadOptions,
): Promise<Response> {
  const headers = { 'accept-encoding': 'identity', ...(begun > 0 && { range: `bytes=${begun}-` }) };
  // Until it answers: a signal that fired later would end a download that takes long.
  const waiting = new AbortController();
  const timer = setTimeout(
    () => waiting.abort(new Error(`no answer for ${patience} seconds`)),
    patience * 1000,
  );
  return fetch(address, { headers, signal: waiting.signal })
    .catch(error => {
      throw refuse(address, `${reasonOf(error)}; is there a network?`);
    })
    .finally(() => clearTimeout(timer));
}

/** Whether all had arrived before, and only the part's name was left to change. */
function isComplete({ status, headers }: Response, begun: number): boolean {
  return status === 416 && begun > 0 && headers.get('content-range') === `bytes */${begun}`;
}

function assertArchive(response: Response, begun: number, address: string): void {
  const { status, ok, headers } = response;
  if (status === 416 || (status === 206 && begun === 0)) {
    throw refuse(
      address,
      `the server answers a request for the rest after ${begun} bytes with status ${status}; remove the .part file to start anew`,
    );
  }
  if (!ok) throw refuse(address, `the server answers with status ${status}`);
  const type = headers.get('content-type') ?? '';
  if (type.startsWith('text/')) {
    throw refuse(
      address,
      `the server sends ${type.split(';')[0]} in place of an archive; open the address in a browser to see what it says`,
    );
  }
  const encoding = headers.get('content-encoding');
  if (encoding !== null && encoding !== 'identity')
    throw refuse(
      address,
      `the server sends it compressed once more (${encoding}); download and unpack it by hand`,
    );
}

/** Bytes of the whole file, as the server says. */
function totalOf(response: Response, from: number, address: string): number {
  if (response.status !== 206) return lengthOf(response, address);
  const range = response.headers.get('content-range') ?? '';
  const [, first, , total] = /^bytes (\d+)-(\d+)\/(\d+)$/.exec(range) ?? [];
  if (Number(first) === from && total !== undefined) return Number(total);
  throw refuse(
    address,
    `asked for bytes from ${from} on, it sends "${range}"; remove the .part file to start anew`,
  );
}

function lengthOf(response: Response, address: string): number {
  const length = Number(response.headers.get('content-length'));
  if (length > 0) return length;
  throw refuse(address, 'the server does not say how long it is');
}

/** Writes what arrives, up to a byte more than was announced. */
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
  // A connection that breaks leaves the part, whose size tells.
  await pipeline(body, file).catch(() => {});
  clearTimeout(timer);
  if (refused) throw refuse(address, `"${part}" can't be written: ${explainFileError(refused)}`);
}

function refuse(address: string, reason: string): UserError {
  return new UserError(`Cannot download "${address}": ${reason}`);
}

/** What undici hides behind "fetch failed". */
function reasonOf(error: unknown): string {
  const cause = (error as { cause?: unknown }).cause;
  return messageOf(cause ?? error).split('\n')[0]!;
}

async function sizeOf(path: string): Promise<number> {
  return stat(path).then(
    ({ size }) => size,
    () => 0,
  );
}
