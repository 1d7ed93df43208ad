import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { commandIn, isBuilt } from './reference/command.ts';

let folder: string;
const pix2pix = commandIn(() => folder);
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'cli-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

describe.skipIf(!isBuilt)('the command line (needs "npm run build")', () => {
  beforeAll(async () => {
    const made = await pix2pix('prepare synth facades --out facades --count 2 --test 1 --size 32');
    expect(made).toMatchObject({ status: 0, stderr: '' });
    mkdirSync(join(folder, 'empty'));
    mkdirSync(join(folder, 'used'));
    writeFileSync(join(folder, 'used', 'notes.txt'), 'mine');
    mkdirSync(join(folder, 'runs', 'broken'), { recursive: true });
    writeFileSync(join(folder, 'runs', 'broken', 'config.json'), '{"preset": "paper", "discriminator": ');
  });

  it.each([
    ['', ['demo', 'train', 'translate', 'export', 'inspect', 'prepare']],
    ['--help', ['demo', 'train', 'translate', 'inspect', 'prepare', 'Examples:']],
    [
      'train --help',
      ['--preset', '--direction', '--print-config', '--learning-rate', 'Examples:', 'npx pix2pix train'],
    ],
    ['demo --help', ['--epochs', 'npx pix2pix demo']],
    ['translate --help', ['INPUT…', '--out', 'npx pix2pix translate']],
    ['inspect --help', ['--json', 'npx pix2pix inspect']],
    ['prepare --help', ['synth']],
    ['prepare synth facades --help', ['--count', 'npx pix2pix prepare synth facades']],
  ])('"%s" explains itself', async (line, words) => {
    const { status, stdout, stderr } = await pix2pix(line);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    for (const word of words) expect(stdout).toContain(word);
  });

  it('prints its version', async () => {
    expect((await pix2pix('--version')).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  it('is a program of its own, which ends with the status of its command', () => {
    const run = (...words: string[]) =>
      spawnSync(process.execPath, [resolve('bin/pix2pix.js'), ...words], { cwd: folder, encoding: 'utf8' });
    expect(run('inspect', 'facades')).toMatchObject({ status: 0, stderr: '' });
    expect(run('inspect', 'none')).toMatchObject({
      status: 2,
      stdout: '',
      stderr: expect.stringMatching(/^Cannot [^\n]+"none"[^\n]+\n$/),
    });
  });

  it('prints the complete config that flags and preset give', async () => {
    const { status, stdout } = await pix2pix(
      'train --preset article --size 64x128 --filters 8 --no-shuffle --print-config',
    );
    expect(status).toBe(0);
    const config = JSON.parse(stdout);
    expect(config).toMatchObject({
      preset: 'article',
      size: [64, 128],
      shuffle: false,
      generator: { filters: 8, levels: 6 },
      discriminator: { filters: 8 },
    });
  });

  it('prints notes on the settings beside the config', async () => {
    const { status, stdout, stderr } = await pix2pix('train --preset paper --momentum 0.5 --print-config');
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ preset: 'paper' });
    expect(stderr).toMatch(/^Note: .*--momentum/);
  });

  it('inspects a data set, for people and for scripts', async () => {
    expect((await pix2pix('inspect facades')).stdout).toContain('2 side-by-side pairs');
    const { kind, splits } = JSON.parse((await pix2pix('inspect facades --json')).stdout);
    expect(kind).toBe('data set');
    expect(splits.train).toMatchObject({
      layout: 'side-by-side',
      pairs: 2,
      sizes: { '64×32': 2 },
      unreadable: [],
    });
    expect(splits.test.pairs).toBe(1);
  });

  it.each([
    ['trian facades', 'did you mean "train"?'],
    ['--verison', 'did you mean "--version"?'],
    ['prepare', 'add one of synth'],
    ['prepare synth cats --out x', 'Cannot find command "pix2pix prepare synth cats"'],
    ['prepare synth facades', 'without --out'],
    ['prepare synth facades --out facades', '"facades"'],
    ['prepare synth facades --out x --count none', 'Cannot use --count "none"'],
    ['prepare synth facades --out x --count 0', 'Cannot use --count 0: it must be a whole number, 1 or more'],
    ['studio --port 65536', 'Cannot use --port 65536: it must be a whole number from 0 to 65535'],
    ['train', 'Cannot train without DATA'],
    ['train facades more', 'Cannot use argument "more"'],
    ['train facade', 'did you mean "facades"'],
    ['train empty', 'Cannot find train pairs in "empty"'],
    ['train facades --presett paper', 'did you mean "--preset"?'],
    ['train facades --preset papper', 'did you mean "paper"?'],
    ['train facades --epochs', 'Cannot use --epochs without a value: write --epochs N'],
    ['train facades --epochs many', 'Cannot use --epochs "many": it must be a number'],
    ['train facades --epochs 0', 'Cannot train with --epochs 0'],
    ['train facades --direction BA', 'Cannot train with --direction "BA": it must be one of AtoB, BtoA'],
    ['train facades --size 16', 'Cannot build discriminator "segmentation" at 16×16'],
    ['train facades --preset article --size 72', 'multiples of 16'],
    ['train facades --levels 9', 'use --levels 8'],
    ['train facades --out used', 'Cannot train into "used": it is not empty'],
    ['train facades --out used --force', '--force only replaces runs'],
    ['train facades --out runs/broken --forms runs/broken --force', '--forms runs/broken is in it'],
    ['train facades --out used/notes.txt/run', 'a file is in the way'],
    ['train facades --size 1000000', '--size 1000000'],
    ['bench --rounds 0', 'Cannot use --rounds 0: it must be a whole number from 1 to 8192'],
    ['train --resume runs/none', 'Cannot resume "runs/none": it does not exist'],
    ['train --resume used', 'Cannot resume "used": it has no config.json'],
    ['train facades --from emoji', 'Cannot start from "emoji": included models'],
    ['train facades --lr 0.1', 'here it is "--learning-rate"'],
    ['train facades --lambda_L1 10', 'here it is "--l1"'],
    ['train facades --no_flip', 'here it is "--no-mirror"'],
    ['train facades --n_epochs 100', 'here it is "--constant-epochs"'],
    ['train facades --n_epochs_decay 100', 'here it is "--epochs"'],
    ['train facades --netD pixel', 'here it is "--discriminator-layers"'],
    ['prepare combine nowhere facades/train --out c', 'Cannot combine "nowhere": it does not exist'],
    ['prepare split facades --out facades/new', 'it is inside the data set'],
    ['prepare split facades --out new --test-share 0.6 --val-share 0.5', 'they leave no training pairs'],
    ['fetch facades --out facades', 'Cannot write the set "facades" into "facades"'],
    ['fetch facades', 'Cannot fetch facades without --out'],
    ['fetch emoji --out new --size 8', 'Cannot use --size 8: it must be a whole number from 16 to 256'],
    ['fetch maps --out new --condition flat', 'Cannot use --condition with maps'],
    ['inspect facades --sheet sheet.jpg', 'use a name that ends in .png'],
    ['translate runs/none facades --out out --tile 64 --overlap 33', 'at most half a tile, 32'],
    [
      'export runs/none --data facades',
      'the pairs only calibrate int8; add --precision int8, or leave --data out',
    ],
    ['export runs/none --format safetensors --image', 'Cannot use --image with --format safetensors'],
    ['bench --size 63', 'use --size 64'],
    ['train --resume runs/broken', 'it is not valid JSON'],
    ['train --resume runs/broken --force', 'Cannot use --force with --resume'],
    ['translate', 'without MODEL'],
    ['translate runs/none facades --out out', 'Cannot open model "runs/none"'],
    [
      'translate runs/broken facades/test/0001.png --out out',
      'Cannot use "runs/broken": it has no checkpoint',
    ],
    [
      'translate facades/train facades/test/0001.png --out out',
      'it has no config.json, so it is not a run folder',
    ],
    ['translate facades facades/test/0001.png', 'without --out'],
    ['translate facades x.png --out out --side left', 'it must be one of A, B'],
    ['inspect none', '"none"'],
    ['inspect used/notes.txt', 'pass a data set'],
    ['inspect runs/broken', 'it is not valid JSON'],
    ['inspect none.safetensors', 'it does not exist'],
  ])('"%s" fails with status 2 and one line', async (line, message) => {
    const { status, stdout, stderr } = await pix2pix(line);
    expect(stderr).toContain(message);
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
  });

  it('leaves nothing behind where it refuses', () => {
    expect(readdirSync(folder).sort()).toEqual(['empty', 'facades', 'runs', 'used']);
    expect(readdirSync(join(folder, 'runs'))).toEqual(['broken']);
    expect(readdirSync(join(folder, 'used'))).toEqual(['notes.txt']);
  });
});
