import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { resolveConfig } from '../src/config/resolve-config.ts';
import { createImage } from '../src/core/image.ts';
import { metadataOf } from '../src/export/description.ts';
import { generatorModel } from '../src/export/generator-model.ts';
import { writePicture } from '../src/images/encoding/encode.ts';
import { encodeModel } from '../src/onnx/model.ts';
import { commandIn, isBuilt } from './reference/command.ts';
import { trainedValues } from './reference/export-variants.ts';

let folder: string;
const pix2pix = commandIn(() => folder);
const translateWith = (model: string, ...args: string[]) => pix2pix(['translate', model, ...args]);
const translate = (...args: string[]) => translateWith('model.onnx', ...args);

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'translate-'));
  const { config } = resolveConfig({
    preset: 'article',
    size: [64, 64],
    generator: { levels: 2, filters: 1 },
  });
  const { model, description } = generatorModel(config, trainedValues(config), {
    size: 'free',
    form: 'image',
  });
  writeFileSync(join(folder, 'model.onnx'), encodeModel(model, metadataOf(description)));
  const large = { ...description, memory: { weights: 1.2e9, perPixel: 960 } };
  writeFileSync(join(folder, 'large.onnx'), encodeModel(model, metadataOf(large)));
});
afterAll(() => rmSync(folder, { recursive: true }));

async function endOf(child: ChildProcess) {
  const texts = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) child[name]!.on('data', text => (texts[name] += text));
  const [status, signal] = await once(child, 'close');
  return { status, signal, ...texts };
}

const pictureOf = (width: number, height: number) => {
  const image = createImage(width, height);
  return { ...image, data: image.data.map((_, i) => (i * 7) % 256) };
};

const below = async (path: string) =>
  (await readdir(join(folder, path), { recursive: true, withFileTypes: true }))
    .filter(entry => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name).slice(join(folder, path).length + 1))
    .sort();

/** The note on an image of another size than the models' 64×64. */
const note = (input: string, size: string, which: 'larger' | 'smaller') =>
  `Note: "${input}" is ${size}, much ${which} than the training size 64×64, near which the model works best; --resize translates at the training size\n`;

describe.skipIf(!isBuilt)('translate (needs "npm run build")', () => {
  it('takes folders with their sub-folders, reports what is bad, and goes on where it ended', async () => {
    for (const name of ['a.png', 'sub/b.png', 'sub/deeper/c.tif'])
      await writePicture(join(folder, 'in', name), pictureOf(40, 30));
    writeFileSync(join(folder, 'in/sub/bad.png'), 'no picture');
    const first = await translate('in', '--out', 'in/out');
    expect(first.status).toBe(2);
    expect(first.stderr).toMatch(/^Cannot decode "in\/sub\/bad.png": it is not an image[^\n]*\n$/);
    const results = ['a.png', 'sub/b.png', 'sub/deeper/c.png'];
    expect(await below('in/out')).toEqual(results);

    rmSync(join(folder, 'in/sub/bad.png'));
    rmSync(join(folder, 'in/out/sub/b.png'));
    writeFileSync(join(folder, 'in/out/a.png'), 'kept');
    const second = await translate('in', '--out', 'in/out');
    expect(second).toMatchObject({ status: 0, stderr: '' });
    expect(second.stdout).toBe(
      `Keeping 2 results in "in/out", whatever model made them; use --force to overwrite them\n${note('in/sub/b.png', '30×40', 'smaller')}in/sub/b.png → in/out/sub/b.png\n`,
    );
    expect(await below('in/out')).toEqual(results);
    expect(readFileSync(join(folder, 'in/out/a.png'), 'utf8')).toBe('kept');

    const third = await translate('in', '--out', 'in/out', '--json', '--force');
    const lines = third.stdout.trim().split('\n');
    expect(lines.map(line => JSON.parse(line))).toEqual(
      ['a.png', 'sub/b.png', 'sub/deeper/c.tif'].map(name => ({
        input: join('in', name),
        output: join('in/out', name.replace('.tif', '.png')),
        tile: null,
        note: expect.stringContaining('is 30×40, much smaller than the training size 64×64'),
      })),
    );
    expect(readFileSync(join(folder, 'in/out/a.png'), 'utf8')).not.toBe('kept');
  });

  it('cuts smaller tiles where a model says that it takes much memory, and tells, unless --tile is given', async () => {
    await writePicture(join(folder, 'wide.tif'), pictureOf(1000, 800));
    const flags = ['wide.tif', '--out', 'wide', '--force'];
    const cut = await translateWith('large.onnx', ...flags);
    const large = note('wide.tif', '800×1000', 'larger');
    expect(cut.stdout.slice(0, large.length)).toBe(large);
    expect(cut.stdout.slice(large.length)).toMatch(
      /^wide.tif → wide\/wide.png, in tiles of \d{3}, since larger ones would take more than 2 GB of memory\n$/,
    );
    const wanted = await translateWith('large.onnx', ...flags, '--tile', '512');
    expect(wanted.stdout).toBe(`${large}wide.tif → wide/wide.png\n`);
    expect((await translate(...flags)).stdout).toBe(`${large}wide.tif → wide/wide.png\n`);
  });

  it('lets Ctrl-C end a large picture between two tiles, with nothing half written, and goes on', async () => {
    await writePicture(join(folder, 'large/1.tif'), pictureOf(64, 64));
    // So large that it is read and written in strips.
    await writePicture(join(folder, 'large/2.tif'), pictureOf(4200, 4100));
    const flags = ['large', '--out', 'ended', '--tile', '64'];
    const words = [resolve('bin/pix2pix.js'), 'translate', 'model.onnx', ...flags];
    const child = spawn(process.execPath, words, { cwd: folder, env: { ...process.env, NODE_OPTIONS: '' } });
    const large = note('large/2.tif', '4100×4200', 'larger');
    let said = '';
    child.stdout!.on('data', text => {
      said += text;
      if (said.includes(large)) child.kill('SIGINT');
    });
    const ended = await endOf(child);
    expect(ended).toMatchObject({ status: 0, stdout: `large/1.tif → ended/1.png\n${large}` });
    expect(ended.stderr).toContain('Stopped with 1 of 2 images left; run the same command again to continue');
    expect(await below('ended')).toEqual(['1.png']);
    // A picture as large as the first, as a whole one would take seconds: test/more/large-pictures.test.ts.
    await writePicture(join(folder, 'large/2.tif'), pictureOf(64, 64));
    expect(await translate('large', '--out', 'ended', '--tile', '1024')).toMatchObject({
      status: 0,
      stdout:
        'Keeping "ended/1.png", whatever model made it; use --force to overwrite it\nlarge/2.tif → ended/2.png\n',
    });
  });
});
