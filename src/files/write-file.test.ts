import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { saveBytes, temporaryFolder, testPicture } from '../../test/data-fixtures.ts';
import { decodeImage } from '../images/decoding/decode.ts';
import { writePng } from '../images/encoding/encode.ts';
import { writeFile } from './write.ts';

describe('writeFile', () => {
  it('replaces a file, makes the folders it needs and leaves nothing else behind', async () => {
    const path = join(await temporaryFolder(), 'some', 'where', 'a.txt');
    await writeFile(path, 'first');
    await writeFile(path, new TextEncoder().encode('second'));
    expect(await readFile(path, 'utf8')).toBe('second');
    expect(await readdir(join(path, '..'))).toEqual(['a.txt']);
  });

  it('says in one line what it could not write', async () => {
    const folder = await temporaryFolder();
    const taken = join(folder, 'taken');
    await mkdir(taken);
    await expect(writeFile(taken, 'x')).rejects.toThrow(/^Cannot write ".*taken": it is a folder$/);
    const file = await saveBytes(join(folder, 'file'), 'x');
    await expect(writeFile(join(file, 'below'), 'x')).rejects.toThrow(/^Cannot make folder "/);
    expect((await readdir(folder)).sort()).toEqual(['file', 'taken']);
  });
});

describe('writePng', () => {
  it('writes what decodeImage reads', async () => {
    const path = join(await temporaryFolder(), 'a.png');
    await writePng(path, testPicture(4, 3));
    expect(await decodeImage(path)).toEqual(testPicture(4, 3));
  });
});
