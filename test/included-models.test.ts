import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Image, Samples } from '../src/core/image.ts';
import {
  type IncludedModel,
  includedModelFolder,
  includedModels,
  modelPath,
} from '../src/export/included-models.ts';
import { type WebModel, writeWebModel } from '../src/export/web-model.ts';
import { decodeImage } from '../src/images/decoding/decode.ts';
import { writeConfig } from '../src/runs/run-folder.ts';
import { openTranslator, writeModelOf } from '../src/translate/translator.ts';
import { commandIn, isBuilt } from './reference/command.ts';
import { largestDifference, variants } from './reference/export-variants.ts';
import { writeTrainedRun } from './reference/trained-run.ts';

/**
 * Levels by which the shipped int8 files differ from float32's: the largest difference of a sample, and the mean of the image
 * that differs most, of all test pairs in recipes/included-models.md.
 */
const recorded: Readonly<Record<IncludedModel, { largest: number; mean: number }>> = {
  emoji: { largest: 7, mean: 0.36 },
  facades: { largest: 7, mean: 0.445 },
};

describe.each(includedModels)('%s', name => {
  const file = (path: string) => join(includedModelFolder(name), path);
  const manifest = async (): Promise<WebModel> => JSON.parse(await readFile(file('model.json'), 'utf8'));

  test('translates by its name, as its float32 export did', async () => {
    await using translator = await openTranslator(name);
    for (const [i, { url }] of (await manifest()).starts.entries()) {
      const { data } = await translator.translate(await decodeImage(file(url)));
      const golden = await decodeImage(`test/goldens/included-models/${name}-${i + 1}.png`);
      expect(largestDifference(data, golden.data)).toBeLessThanOrEqual(recorded[name].largest);
      expect(meanDifference(data, golden.data)).toBeLessThanOrEqual(recorded[name].mean);
    }
  });

  test('has at most 4 MB, and the hash, length and translation that its model.json states', async () => {
    const { bytes, integrity, check, model } = await manifest();
    const content = await readFile(file(model));
    expect(content.length).toBe(bytes);
    expect(bytes).toBeLessThanOrEqual(4e6);
    expect(integrity).toBe(`sha256-${createHash('sha256').update(content).digest('base64')}`);
    await using translator = await openTranslator(name);
    const { data } = await translator.translate(await decodeImage(file(check!.condition)));
    const stored = await decodeImage(file(check!.generated));
    expect(largestDifference(data, stored.data)).toBeLessThanOrEqual(1);
  });
});

test('facades knows the names of its colours', async () => {
  const { palette }: WebModel = JSON.parse(
    await readFile(join(includedModelFolder('facades'), 'model.json'), 'utf8'),
  );
  expect(palette.kind).toBe('label map');
  expect(palette.colors.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['window', 'door', 'balcony', 'shop', 'background']),
  );
});

test('emoji gives each drawing by hand a surface, in its place and near its colours, on white', async () => {
  await using translator = await openTranslator('emoji');
  const results: Samples[] = [];
  for (const file of (await readdir('assets/drawings/emoji')).filter(name => name.endsWith('.png'))) {
    const drawing = await decodeImage(`assets/drawings/emoji/${file}`);
    const result = await translator.translate(drawing);
    const [paper, drawn] = pixelsByPaper(drawing);
    expect(meanOf(result, paper), file).toBeGreaterThan(245);
    for (const channel of [0, 1, 2]) {
      const change = meanOf(result, drawn, [channel]) - meanOf(drawing, drawn, [channel]);
      expect(Math.abs(change), file).toBeLessThan(60);
    }
    expect(meanDifference(result.data, drawing.data), file).toBeGreaterThan(3);
    for (const other of results) expect(meanDifference(result.data, other), file).toBeGreaterThan(10);
    results.push(result.data);
  }
  expect(results.length).toBe(20);
});

test('no model is opened for a name that does not exist', async () => {
  const message = /^Cannot open model "emojis": it does not exist; .*: emoji, facades$/;
  await expect(openTranslator('emojis')).rejects.toThrow(message);
  await expect(writeModelOf('emojis', 'model.onnx', () => expect.fail())).rejects.toThrow(message);
});

describe('in a folder', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'included-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  test('bulk translation gets the file of the package', async () => {
    const file = join(folder, 'model.onnx');
    const { precision } = await writeModelOf('emoji', file, () => expect.fail());
    expect(precision).toBe('int8');
    expect(await isSameFile(file, join(includedModelFolder('emoji'), 'model.onnx'))).toBe(true);
  });

  test('a web page gets the model with its licence notice as it is in the package, and nothing else', async () => {
    const site = join(folder, 'site');
    await writeWebModel(await modelPath('emoji'), site, {});
    const own = includedModelFolder('emoji');
    const files = await filesIn(own);
    expect(await filesIn(site)).toEqual(files);
    for (const file of files)
      expect(await readFile(join(site, file))).toEqual(await readFile(join(own, file)));
    await expect(writeWebModel(join(own, 'model.onnx'), site, { precision: 'float16' })).rejects.toThrow(
      /^Cannot export .*: it is exported already; leave --precision out$/,
    );
  });

  test('a run whose data has moved becomes a web page without its palette and examples', async () => {
    const run = join(folder, 'moved');
    const [, config] = variants[0]!;
    await writeTrainedRun(run, config);
    await writeConfig(run, config, { data: join(folder, 'gone'), skipBad: false });
    const { palette, starts } = await writeWebModel(run, join(folder, 'moved-site'), {});
    expect(palette.colors).toEqual([]);
    expect(starts).toEqual([]);
  });

  describe.skipIf(!isBuilt)('with the command (needs "npm run build")', () => {
    const run = commandIn(() => folder);
    const drawing = join(process.cwd(), 'assets/drawings/emoji/apple.png');

    test('translate takes the name; a run of this name wins, another folder does not', async () => {
      const translated = async (out: string) => {
        const { stderr } = await run(['translate', 'emoji', drawing, '--out', out, '--device', 'cpu']);
        expect(stderr).toBe('');
        return readFile(join(folder, out, 'apple.png'));
      };
      const byName = await translated('by-name');
      await mkdir(join(folder, 'emoji'));
      expect(await translated('beside-folder')).toEqual(byName);
      await writeTrainedRun(join(folder, 'emoji'), variants[0]![1]);
      expect(await translated('by-run')).not.toEqual(byName);
      await rm(join(folder, 'emoji'), { recursive: true });
    });

    test.each(['translate emojis a.png --out out', 'export emojis --format web', 'evaluate emojis data'])(
      '%s: one line with the names that exist',
      async line => {
        const { status, stderr } = await run(line);
        expect(status).toBe(2);
        expect(stderr).toMatch(/^Cannot open model "emojis": it does not exist; .*: emoji, facades\n$/);
      },
    );
  });
});

async function isSameFile(a: string, b: string): Promise<boolean> {
  return (await readFile(a)).equals(await readFile(b));
}

async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter(entry => entry.isFile())
    .map(({ parentPath, name }) => relative(folder, join(parentPath, name)))
    .sort();
}

/** Indices of the white pixels, and of the others. */
function pixelsByPaper({ width, height, data }: Image<Samples>): [paper: number[], drawn: number[]] {
  const all = Array.from({ length: width * height }, (_, pixel) => pixel);
  const isPaper = (pixel: number) => [0, 1, 2].every(channel => data[3 * pixel + channel] === 255);
  return [all.filter(isPaper), all.filter(pixel => !isPaper(pixel))];
}

function meanOf({ data }: Image<Samples>, pixels: readonly number[], channels = [0, 1, 2]): number {
  const levels = pixels.flatMap(pixel => channels.map(channel => data[3 * pixel + channel]!));
  return levels.reduce((sum, level) => sum + level, 0) / levels.length;
}

function meanDifference(a: Samples, b: Samples): number {
  return (
    Array.from(a, (level, at) => Math.abs(level - b[at]!)).reduce((sum, each) => sum + each, 0) / a.length
  );
}
