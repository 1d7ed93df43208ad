import { Zip, ZipDeflate, zipSync } from 'fflate';
import { expect, it } from 'vitest';
import { unzip } from './unzip.ts';

const limits = { fileBytes: 1e6, totalBytes: 1e7, files: 100 };
const files = { 'a.png': bytesOf('a picture'), 'b/ü.png': bytesOf('another picture') };

function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** What comes out of an archive that arrives in pieces of `step` bytes. */
async function contentsOf(archive: Uint8Array, step = 7): Promise<Record<string, string>> {
  async function* arriving() {
    for (let at = 0; at < archive.length; at += step) yield archive.subarray(at, at + step);
  }
  const contents: Record<string, string> = {};
  for await (const { path, bytes } of unzip(arriving(), () => true, limits)) {
    contents[path] = new TextDecoder().decode(bytes);
  }
  return contents;
}

it('unpacks archives, also those whose checksums come after the files', async () => {
  const wanted = { 'a.png': 'a picture', 'b/ü.png': 'another picture' };
  expect(await contentsOf(zipSync(files))).toEqual(wanted);
  expect(await contentsOf(zipSync(files, { level: 0 }), 1000)).toEqual(wanted);
  const chunks: Uint8Array[] = [];
  const streamed = new Zip((_, chunk) => void chunks.push(chunk));
  for (const [name, bytes] of Object.entries(files)) {
    const file = new ZipDeflate(name);
    streamed.add(file);
    file.push(bytes, true);
  }
  streamed.end();
  expect(await contentsOf(Buffer.concat(chunks))).toEqual(wanted);
});

it('refuses an archive with a changed bit, and a truncated one', async () => {
  const archive = zipSync(files, { level: 0 });
  const at = Buffer.from(archive).indexOf('another picture');
  for (const bit of [0, 4, 7]) {
    const damaged = archive.slice();
    damaged[at + 3]! ^= 1 << bit;
    await expect(contentsOf(damaged)).rejects.toThrow('"b/ü.png" in it is damaged (wrong checksum)');
  }
  for (const length of [archive.length - 1, archive.length - 60, at + 20]) {
    await expect(contentsOf(archive.subarray(0, length))).rejects.toThrow(/damaged/);
  }
});
