import { mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { presets } from '../config/presets.ts';
import { writeCheckpoint } from './checkpoint/write.ts';
import {
  createRunFolder,
  defaultRunFolder,
  discardUnsavedRun,
  readConfig,
  runPaths,
  writeConfig,
} from './run-folder.ts';

let folder: string;
let run: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'runs-'));
  run = join(folder, 'deep', 'run');
});
afterEach(() => rm(folder, { recursive: true }));

const saveCheckpoint = () => {
  const manifest = {
    config: presets.lite,
    position: { epoch: 0, batch: 0, step: 1 },
    best: null,
    training: null,
  };
  return writeCheckpoint(run, { manifest, model: new Map(), optimizerState: null });
};

const make = (force = false) => createRunFolder(run, { force });

describe('createRunFolder', () => {
  it('creates a folder with subfolders for samples and checkpoints', async () => {
    await make();
    expect((await readdir(run)).sort()).toEqual(['checkpoints', 'samples']);
  });

  it('accepts an empty folder, and one left by a failed start', async () => {
    await mkdir(run, { recursive: true });
    await make();
    await expect(make()).resolves.toBeUndefined();
  });

  it('refuses a folder in use', async () => {
    await make();
    await writeConfig(run, presets.demo);
    await expect(make()).rejects.toThrow(
      /it is not empty; pass --resume .* to continue it, --force to replace a run, or another --out/,
    );
  });

  it('replaces a run with force, but only its own files', async () => {
    await make();
    await writeConfig(run, presets.demo);
    await writeFile(join(runPaths(run).checkpoints, 'step-0000001'), 'old');
    await writeFile(join(run, 'notes.txt'), 'mine');
    await make(true);
    expect((await readdir(run)).sort()).toEqual(['.replaced', 'checkpoints', 'notes.txt', 'samples']);
    expect(await readdir(runPaths(run).checkpoints)).toEqual([]);
    await writeConfig(run, presets.lite);
    await saveCheckpoint();
    expect((await readdir(run)).sort()).toEqual(['checkpoints', 'config.json', 'notes.txt', 'samples']);
    expect(await readConfig(run)).toEqual(presets.lite);
  });

  it('brings the replaced run back if the new one ends before its first checkpoint, or was killed', async () => {
    await make();
    await writeConfig(run, presets.demo);
    const checkpoint = await saveCheckpoint();
    for (const end of [discardUnsavedRun, () => expect(make()).rejects.toThrow('it is not empty')]) {
      await make(true);
      await writeConfig(run, presets.lite);
      await end(run);
      expect((await readdir(run)).sort()).toEqual(['checkpoints', 'config.json', 'samples']);
      expect(await readConfig(run)).toEqual(presets.demo);
      expect(await readdir(checkpoint)).toContain('model.safetensors');
    }
  });

  it.each([['config.json'], ['checkpoints']])(
    'loses nothing if moving was interrupted after %s',
    async moved => {
      await make();
      await writeConfig(run, presets.demo);
      const checkpoint = await saveCheckpoint();
      await mkdir(join(run, '.replacing'));
      await rename(join(run, moved), join(run, '.replacing', moved));
      await expect(make()).rejects.toThrow('it is not empty');
      expect((await readdir(run)).sort()).toEqual(['checkpoints', 'config.json', 'samples']);
      expect(await readdir(checkpoint)).toContain('model.safetensors');
    },
  );

  it('brings a run back beside files of others, and replaces one that a killed run had left', async () => {
    await make();
    await writeConfig(run, presets.demo);
    const checkpoint = await saveCheckpoint();
    await writeFile(join(runPaths(run).samples, '0.png'), 'old');
    await make(true);
    await writeFile(join(runPaths(run).samples, 'holiday.jpg'), 'mine');
    await discardUnsavedRun(run);
    expect((await readdir(runPaths(run).samples)).sort()).toEqual(['0.png', 'holiday.jpg']);
    expect(await readdir(checkpoint)).toContain('model.safetensors');
    await mkdir(join(run, '.replaced'));
    await make(true);
    expect(await readdir(runPaths(run).checkpoints)).toEqual([]);
  });

  it('does not touch a folder that is not a run, even with force', async () => {
    await mkdir(join(run, 'samples'), { recursive: true });
    await writeFile(join(run, 'samples', 'holiday.jpg'), 'mine');
    await expect(make(true)).rejects.toThrow('--force only replaces runs');
    expect(await readdir(join(run, 'samples'))).toEqual(['holiday.jpg']);
  });

  it('refuses a path below a file and a path that is a file', async () => {
    await writeFile(join(folder, 'deep'), '');
    await expect(make()).rejects.toThrow(/^Cannot make folder ".*": a file/);
    run = join(folder, 'deep');
    await expect(make()).rejects.toThrow(/^Cannot make folder ".*": a file is in the way/);
  });
});

describe('discardUnsavedRun', () => {
  it('removes the files of a run without checkpoints, and no others', async () => {
    await make();
    await writeConfig(run, presets.demo);
    await discardUnsavedRun(run);
    expect(await readdir(run)).toEqual([]);

    await make();
    await writeFile(join(runPaths(run).samples, 'holiday.jpg'), 'mine');
    await discardUnsavedRun(run);
    expect(await readdir(runPaths(run).samples)).toEqual(['holiday.jpg']);
    await rm(run, { recursive: true });

    await make();
    await writeFile(join(runPaths(run).checkpoints, 'step-0000001'), 'saved');
    await discardUnsavedRun(run);
    expect(await readdir(runPaths(run).checkpoints)).toEqual(['step-0000001']);
  });
});

describe('defaultRunFolder', () => {
  it('is named after preset and data, and numbered if that name is in use', async () => {
    const before = process.cwd();
    process.chdir(folder);
    try {
      expect(await defaultRunFolder('paper', 'data/facades/')).toBe(join('runs', 'paper-facades'));
      await mkdir(join('runs', 'paper-facades'), { recursive: true });
      expect(await defaultRunFolder('paper', 'facades')).toBe(join('runs', 'paper-facades-2'));
    } finally {
      process.chdir(before);
    }
  });
});

describe('config.json', () => {
  const saveText = async (text: string) => {
    await mkdir(run, { recursive: true });
    await writeFile(runPaths(run).config, text);
  };

  it('returns the saved config', async () => {
    await make();
    await writeConfig(run, presets.article);
    expect(await readConfig(run)).toEqual(presets.article);
  });

  it.each([
    ['nothing', undefined, /^Cannot read run config ".*config.json": it does not exist$/],
    ['half a file', '{"version": "0.1.0", "pre', /^Cannot read run config ".*": it is not valid JSON/],
    [
      'a wrong value',
      JSON.stringify({ version: '0', ...presets.demo, epochs: 0 }),
      /written by version 0, .*--epochs 0: it must be more than 0$/,
    ],
    [
      'a newer field',
      JSON.stringify({ version: '9.0.0', ...presets.demo, warp: 1 }),
      /written by version 9.0.0, .*unknown option "warp"$/,
    ],
    ['a missing field', JSON.stringify({ ...presets.demo }), /: version is missing: it must be text$/],
  ])('says in one line what is wrong with %s', async (_, text, message) => {
    if (text !== undefined) await saveText(text);
    await expect(readConfig(run)).rejects.toThrow(message);
  });
});
