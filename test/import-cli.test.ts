import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { commandIn, isBuilt } from './reference/command.ts';

let folder: string;
const pix2pix = commandIn(() => folder);
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'import-cli-'));
  for (const golden of [
    'pytorch-checkpoints/unet-32-none.pth',
    'keras-weights/model.keras',
    'keras-weights/short.h5',
  ]) {
    const name = golden.split('/')[1]!;
    writeFileSync(join(folder, name), gunzipSync(readFileSync(`test/goldens/${golden}.gz`)));
  }
});
afterAll(() => rmSync(folder, { recursive: true }));

describe.skipIf(!isBuilt)('pix2pix import (needs "npm run build")', () => {
  it('makes a run that translates', async () => {
    const made = await pix2pix('prepare synth facades --out facades --count 1 --test 1 --size 32');
    expect(made).toMatchObject({ status: 0, stderr: '' });
    const imported = await pix2pix('import unet-32-none.pth');
    expect(imported).toMatchObject({ status: 0, stderr: '' });
    expect(imported.stdout).toContain(
      'Read the U-Net of pytorch-CycleGAN-and-pix2pix: 5 levels, 2 filters, norm "none", 16,623 values',
    );
    const translated = await pix2pix('translate runs/unet-32-none facades/test --side B --out out');
    expect(translated).toMatchObject({ status: 0, stderr: '' });
    expect(readdirSync(join(folder, 'out'))).toHaveLength(1);
  });

  it('says what was imported as JSON, and chooses statistics', async () => {
    const { status, stdout } = await pix2pix('import model.keras --out runs/k --statistics batch --json');
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      runFolder: 'runs/k',
      kind: "article's generator in Keras",
      generator: { architecture: 'article', levels: 7, inference: { statistics: 'batch', dropout: false } },
    });
  });

  it('lists what does not fit in a table, and in JSON', async () => {
    const { status, stdout, stderr } = await pix2pix('import short.h5');
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr.split('\n').slice(0, 5)).toEqual([
      'tensor              expected      found',
      'conv2d_2/kernel:0   [4, 4, 2, 4]  [4, 4, 5, 2]',
      'kernel 14 (output)  [4, 4, 2, 3]  –',
      'bias 14 (output)    [3]           –',
      expect.stringContaining('2 are missing and 1 have another shape'),
    ]);
    const json = await pix2pix('import short.h5 --json');
    expect(json.status).toBe(2);
    expect(JSON.parse(json.stdout).misfits[2]).toEqual({
      name: 'bias 14 (output)',
      wanted: [3],
      found: null,
    });
    expect(existsSync(join(folder, 'runs/short'))).toBe(false);
  });

  it.each([
    ['import nothing.pth', /^Cannot import "nothing.pth": it does not exist\n$/],
    ['import unet-32-none.pth --out used', /^Cannot .*"used": it is not empty.*\n$/],
    ['import unet-32-none.pth --statistics mean', /^Cannot use --statistics "mean": .*\n$/],
  ])('"%s" is refused in one line', async (line, message) => {
    mkdirSync(join(folder, 'used'), { recursive: true });
    writeFileSync(join(folder, 'used/notes.txt'), 'mine');
    const { status, stdout, stderr } = await pix2pix(line);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toMatch(message);
    expect(readdirSync(join(folder, 'used'))).toEqual(['notes.txt']);
  });
});
