import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { create, Header } from 'tar';
import { expect, it, onTestFinished } from 'vitest';
import { savePairs, temporaryFolder } from '../../../test/data-fixtures.ts';
import { fillDisk, mountSmallDisk } from '../../../test/reference/kill-campaign.ts';
import { openPairs } from '../pairing.ts';
import { type FetchOptions, fetchSet } from './index.ts';

type Serve = (request: IncomingMessage, response: ServerResponse) => void;

/** A server whose answer a test may change between two requests. */
async function serve(): Promise<{ base: string; answer: (serve: Serve) => void }> {
  let current: Serve = (_, response) => response.writeHead(404).end();
  const server = createServer((request, response) => current(request, response));
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return {
    base: `http://127.0.0.1:${port}`,
    answer: serve => {
      current = serve;
    },
  };
}

/** Answers honestly, ranges included. */
function honest(bytes: Uint8Array): Serve {
  return ({ headers }, response) => {
    const from = Number(/^bytes=(\d+)-$/.exec(headers.range ?? '')?.[1] ?? 0);
    const range = { 'content-range': `bytes ${from}-${bytes.length - 1}/${bytes.length}` };
    response.writeHead(from > 0 ? 206 : 200, {
      'content-length': bytes.length - from,
      ...(from > 0 && range),
    });
    response.end(bytes.subarray(from));
  };
}

/** Breaks off after some bytes. */
function interrupted(bytes: Uint8Array, after: number): Serve {
  return (_, response) => {
    response.writeHead(200, { 'content-length': bytes.length });
    response.write(bytes.subarray(0, after), () => setTimeout(() => response.destroy(), 500));
  };
}

async function setUp() {
  const folder = await temporaryFolder();
  await savePairs(join(folder, 'source/facades/train'), 3);
  const archive = join(folder, 'facades.tar.gz');
  await create({ file: archive, cwd: join(folder, 'source'), gzip: true }, ['facades']);
  const bytes = new Uint8Array(await readFile(archive));
  await rm(archive);
  const { base, answer } = await serve();
  const out = join(folder, 'data/mine');
  const options: FetchOptions = { base, records: join(folder, 'state/checksums.json'), patience: 2 };
  return { folder, bytes, answer, out, archive: join(folder, 'data/.facades.fetching'), options };
}

async function failure(work: Promise<unknown>): Promise<string> {
  const error = (await work.catch((error: unknown) => error)) as Error;
  expect(error.name).toBe('UserError');
  expect(error.message).not.toContain('\n');
  return error.message;
}

it('fetches, unpacks, and leaves nothing else behind', async () => {
  const { bytes, answer, out, options } = await setUp();
  answer(honest(bytes));
  expect(await fetchSet('facades', out, options)).toEqual({ files: 3, checked: 'first' });
  expect((await openPairs(out, { split: 'train' })).pairs).toHaveLength(3);
  expect(await readdir(join(out, '..'))).toEqual(['mine']);
  await rm(out, { recursive: true });
  expect(await fetchSet('facades', out, options)).toEqual({ files: 3, checked: 'same' });
});

it('resumes where the connection broke', async () => {
  const { bytes, answer, out, archive, options } = await setUp();
  answer(interrupted(bytes, 100));
  expect(await failure(fetchSet('facades', out, options))).toMatch(
    /the connection broke after 100 of \d+ bytes; run the command again to resume$/,
  );
  expect((await stat(`${archive}.part`)).size).toBe(100);
  const asked: (string | undefined)[] = [];
  answer((request, response) => {
    asked.push(request.headers.range);
    honest(bytes)(request, response);
  });
  expect((await fetchSet('facades', out, options)).files).toBe(3);
  expect(asked).toEqual(['bytes=100-']);
});

it('starts over if a server does not support ranges', async () => {
  const { bytes, answer, out, options } = await setUp();
  answer(interrupted(bytes, 100));
  await failure(fetchSet('facades', out, options));
  answer((_, response) => response.writeHead(200, { 'content-length': bytes.length }).end(bytes));
  expect((await fetchSet('facades', out, options)).files).toBe(3);
});

it('refuses an archive that has changed since the first download', async () => {
  const { bytes, answer, out, options } = await setUp();
  answer(honest(bytes));
  await fetchSet('facades', out, options);
  await rm(out, { recursive: true });
  const changed = bytes.slice();
  changed[bytes.length - 3]! ^= 1;
  answer(honest(changed));
  expect(await failure(fetchSet('facades', out, options))).toMatch(
    /^Cannot trust ".*": its SHA-256 is .* and was .* if a new version was published, remove its entry from /,
  );
  expect(await readdir(join(out, '..'))).toEqual([]);
});

it.each([
  [
    'a wrong range',
    206,
    { 'content-range': 'bytes 7-9/10' },
    'asked for bytes from 100 on, the server sends "bytes 7-9/10"',
  ],
  ['no range', 206, {}, 'asked for bytes from 100 on, the server sends ""'],
  ['a range beyond the end', 416, {}, 'status 416 after 100 bytes'],
  ['an error', 500, {}, 'the server answers with status 500'],
] as const)('refuses %s', async (_, status, headers, message) => {
  const { bytes, answer, out, options } = await setUp();
  answer(interrupted(bytes, 100));
  await failure(fetchSet('facades', out, options));
  answer((_, response) => response.writeHead(status, headers).end('abc'));
  expect(await failure(fetchSet('facades', out, options))).toContain(message);
});

it('refuses less than was announced, an unknown length, and more than the limit', async () => {
  const { bytes, answer, out, options } = await setUp();
  answer((_, response) => response.writeHead(200, { 'transfer-encoding': 'chunked' }).end(bytes));
  expect(await failure(fetchSet('facades', out, options))).toContain('does not report its size');
  answer(honest(bytes));
  const small = { ...options, limits: { bytes: 50, files: 10 } };
  expect(await failure(fetchSet('facades', out, small))).toMatch(/it has \d+ bytes, expected at most 50$/);
  answer((_, response) => {
    response.writeHead(200, { 'content-length': bytes.length });
    response.write(bytes.subarray(0, 50));
  });
  expect(await failure(fetchSet('facades', out, { ...options, patience: 0.3 }))).toContain(
    'the connection broke after',
  );
});

it('accepts a download that takes longer than the timeout between bytes', async () => {
  const { bytes, answer, out, options } = await setUp();
  answer((_, response) => {
    response.writeHead(200, { 'content-length': bytes.length });
    const step = Math.ceil(bytes.length / 6);
    for (let i = 0; i < 6; i++)
      setTimeout(() => response.write(bytes.subarray(i * step, (i + 1) * step)), 200 * i);
    setTimeout(() => response.end(), 1200);
  });
  expect((await fetchSet('facades', out, { ...options, patience: 0.7 })).files).toBe(3);
});

it('finishes a download that only lacks the last rename', async () => {
  const { bytes, answer, out, archive, options } = await setUp();
  await mkdir(join(out, '..'));
  await writeFile(`${archive}.part`, bytes);
  answer((_, response) => response.writeHead(416, { 'content-range': `bytes */${bytes.length}` }).end());
  expect((await fetchSet('facades', out, options)).files).toBe(3);
});

it('follows redirects, and fails if they loop', async () => {
  const { bytes, answer, out, options } = await setUp();
  answer((request, response) => {
    if (request.url === '/elsewhere') honest(bytes)(request, response);
    else response.writeHead(302, { location: '/elsewhere' }).end();
  });
  expect((await fetchSet('facades', out, options)).files).toBe(3);
  await rm(out, { recursive: true });
  answer((request, response) => response.writeHead(302, { location: request.url }).end());
  expect(await failure(fetchSet('facades', out, options))).toContain('redirect count exceeded');
});

it.each([
  ['text/html; charset=utf-8', {}, 'the server sends text/html instead of an archive'],
  ['application/gzip', { 'content-encoding': 'gzip' }, 'with additional compression (gzip)'],
])('refuses %s before anything is written', async (type, headers, message) => {
  const { folder, answer, out, options } = await setUp();
  const page = gzipSync('<html>Please log in</html>');
  answer((_, response) => {
    response.writeHead(200, { 'content-type': type, 'content-length': page.length, ...headers }).end(page);
  });
  expect(await failure(fetchSet('facades', out, options))).toContain(message);
  expect(await readdir(join(folder, 'data'))).toEqual([]);
});

it('records no checksum for a file that is not an archive', async () => {
  const { bytes, answer, out, options } = await setUp();
  answer(honest(Buffer.from('Please log in')));
  expect(await failure(fetchSet('facades', out, options))).toMatch(
    /; run the command again to download it once more$/,
  );
  answer(honest(bytes));
  expect(await fetchSet('facades', out, options)).toEqual({ files: 3, checked: 'first' });
});

it('reports that the server does not answer', async () => {
  const { out, options } = await setUp();
  expect(await failure(fetchSet('facades', out, { ...options, base: 'http://127.0.0.1:9' }))).toMatch(
    /^Cannot download "http:\/\/127.0.0.1:9\/facades.tar.gz": .*check the network connection, or name another server with --from$/,
  );
});

/** A tar file of given entries, as no honest program writes them. */
function tarOf(...entries: { path: string; type?: string; linkpath?: string; size?: number }[]): Uint8Array {
  const blocks = entries.flatMap(({ path, type = 'File', linkpath, size = 0 }) => {
    const header = new Header({
      path,
      type: type as 'File',
      mode: 0o644,
      size,
      ...(linkpath && { linkpath }),
    });
    const block = Buffer.alloc(512);
    header.encode(block);
    return [block, Buffer.alloc(Math.ceil(size / 512) * 512)];
  });
  return gzipSync(Buffer.concat([...blocks, Buffer.alloc(1024)]));
}

it.each([
  ['a path upwards', tarOf({ path: 'facades/../../evil.png' }), 'is outside of it'],
  ['an absolute path', tarOf({ path: '/tmp/evil.png' }), 'is outside of it'],
  ['a Windows path', tarOf({ path: 'C:\\evil.png' }), 'is outside of it'],
  ['a link', tarOf({ path: 'facades/a', type: 'SymbolicLink', linkpath: '/etc' }), 'but a SymbolicLink'],
  ['a hard link', tarOf({ path: 'facades/a', type: 'Link', linkpath: '/etc/passwd' }), 'but a Link'],
  ['a device', tarOf({ path: 'facades/a', type: 'CharacterDevice' }), 'but a CharacterDevice'],
  ['many bytes', tarOf({ path: 'facades/a', size: 2e6 }), 'it would unpack to more than 1000000 bytes'],
  [
    'many files',
    tarOf(...Array.from({ length: 12 }, (_, i) => ({ path: `facades/${i}` }))),
    'more than 10 files',
  ],
  ['nothing', tarOf({ path: 'facades/', type: 'Directory' }), 'it holds no files'],
  ['no archive', Buffer.from('<html>not found</html>'), 'run the command again'],
] as const)('refuses %s in the archive and writes nothing', async (_, bytes, message) => {
  const { folder, answer, out, options } = await setUp();
  answer(honest(bytes));
  const limits = { bytes: 1e6, files: 10 };
  expect(await failure(fetchSet('facades', out, { ...options, limits }))).toContain(message);
  expect(await readdir(join(folder, 'data'))).toEqual([]);
});

it('takes a folder with a slash at its end', async () => {
  const { bytes, answer, out, options } = await setUp();
  answer(honest(bytes));
  expect((await fetchSet('facades', `${out}/`, options)).files).toBe(3);
  expect(await readdir(join(out, '..'))).toEqual(['mine']);
});

it('leaves files and folders beside the new one alone', async () => {
  const { bytes, answer, out, options } = await setUp();
  answer(honest(bytes));
  await mkdir(`${out}.unpacking`, { recursive: true });
  await writeFile(`${out}.tar.gz`, 'My own');
  await fetchSet('facades', out, options);
  expect(await readFile(`${out}.tar.gz`, 'utf8')).toBe('My own');
  expect((await readdir(join(out, '..'))).sort()).toEqual(['mine', 'mine.tar.gz', 'mine.unpacking']);
});

it('leaves what appears in the folder meanwhile alone, and unpacks the same download elsewhere', async () => {
  const { bytes, answer, out, options } = await setUp();
  answer(async (request, response) => {
    await mkdir(out);
    await writeFile(join(out, 'mine.txt'), '');
    honest(bytes)(request, response);
  });
  expect(await failure(fetchSet('facades', out, options))).toContain('it holds 1 entry');
  expect(await readdir(out)).toEqual(['mine.txt']);
  answer((_, response) => response.writeHead(500).end());
  expect((await fetchSet('facades', `${out}-too`, options)).files).toBe(3);
  expect((await readdir(join(out, '..'))).sort()).toEqual(['mine', 'mine-too']);
});

it('keeps the download if the disk is too full to unpack it', async context => {
  const { folder, bytes, answer, options } = await setUp();
  const disk = mountSmallDisk(join(folder, 'disk'));
  if (!disk) return context.skip('a tmpfs can be mounted by root only');
  onTestFinished(() => disk.unmount());
  const out = join(disk.path, 'mine');
  answer(honest(bytes));
  const release = await fillDisk(disk.path, 4096 * Math.ceil(bytes.length / 4096) + 4096);
  expect(await failure(fetchSet('facades', out, options))).toMatch(
    /^Cannot unpack into ".*mine": the disk is full; once that is solved, run the command again: the download is kept in ".*\.facades\.fetching"$/,
  );
  await release();
  answer((_, response) => response.writeHead(500).end());
  expect((await fetchSet('facades', out, options)).files).toBe(3);
  expect(await readdir(disk.path)).toEqual(['mine']);
});

it('does not touch a folder that is not empty', async () => {
  const { out, options } = await setUp();
  await mkdir(out, { recursive: true });
  await writeFile(join(out, 'mine.txt'), '');
  expect(await failure(fetchSet('facades', out, options))).toContain('it holds 1 entry');
});
