import { readFileSync } from 'node:fs';
import { copyFile, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { savePicture, temporaryFolder } from '../../../test/data-fixtures.ts';
import { uniforms } from '../../../test/reference/named-values.ts';
import { createImage, type Image } from '../../core/image.ts';
import { GraphBuilder } from '../../onnx/builder.ts';
import { type Evaluation, evaluate } from '../evaluate.ts';
import { cacheFeatures } from './cache-features.ts';
import { openFeatureNetwork } from './feature-network.ts';

const goldens = 'test/goldens/features';
const answers = JSON.parse(readFileSync(`${goldens}/answers.json`, 'utf8')) as {
  lpips: number[];
  fid: number;
  kid: number;
};

/** Evaluates made pictures for truths by a network; conditions are the truths. */
async function score(
  network: string,
  pairs: readonly { readonly truth: Image; readonly made: Image }[],
): Promise<Evaluation> {
  const folder = await temporaryFolder();
  for (const [i, { truth, made }] of pairs.entries()) {
    for (const side of ['A', 'B']) await savePicture(join(folder, side, 'test', `${i}.png`), truth);
    await savePicture(join(folder, 'made', `${i}.png`), made);
  }
  const { height, width } = pairs[0]!.truth;
  return evaluate({
    models: [join(folder, 'made')],
    data: folder,
    split: 'test',
    size: [height, width],
    direction: 'BtoA',
    baselines: true,
    reader: null,
    features: network,
    seed: 0,
  });
}

/** As features.py makes them. */
function goldenPairs(count: number) {
  const levels = (name: string) => {
    const next = uniforms(name);
    return Uint8Array.from({ length: 32 * 32 * 3 }, () => Math.floor(next() * 256));
  };
  return Array.from({ length: count }, (_, i) => {
    const [truth, off] = [levels(`truth ${i}`), levels(`made ${i}`)];
    const picture = { width: 32, height: 32, channels: 3 };
    return {
      truth: { ...picture, data: truth },
      made: { ...picture, data: truth.map((value, k) => Math.floor((value + off[k]!) / 3)) },
    };
  });
}

test('scores with PyTorch’s network equal those of PyTorch and SciPy', async () => {
  const { entries, scores, features, notes } = await score(`${goldens}/network.onnx`, goldenPairs(6));
  expect(scores.slice(-3)).toEqual(['lpips', 'fid', 'kid']);
  const { summary, pictures } = entries[0]!;
  pictures.forEach(({ values }, i) => {
    expect(values.lpips).toBeCloseTo(answers.lpips[i]!, 5);
  });
  expect(summary.lpips!.interval).not.toBeNull();
  expect(summary.fid!.mean).toBeCloseTo(answers.fid, 4);
  expect(summary.kid!.mean).toBeCloseTo(answers.kid, 4);
  expect(features).toMatchObject({ features: 'features', layers: [{ weighted: true }, { weighted: true }] });
  expect(notes).toEqual([]);
  // Copying the input copies the truth here.
  for (const { kind, summary } of entries.slice(1)) {
    expect(['baseline', 'truth']).toContain(kind);
    expect([summary.lpips!.mean, summary.kid!.mean]).toEqual([0, 0]);
    expect(summary.fid!.mean).toBeCloseTo(0, 9);
  }
  expect(entries.map(({ kind }) => kind)).toEqual(['pictures', 'baseline', 'truth']);
});

test('fewer pictures than features give a note and finite scores', async () => {
  const { entries, notes } = await score(`${goldens}/network.onnx`, goldenPairs(3));
  expect(entries[0]!.summary.fid!.mean).toBeGreaterThan(0);
  expect(entries[0]!.summary.kid!.interval).toBeNull();
  expect(notes).toEqual([
    expect.stringContaining('FID is biased upwards with 3 images: it needs more than 4'),
  ]);
  expect(notes[0]).toContain('use KID');
});

/** A network of ours whose features are the mean colour, as fed, channels last. */
async function meanColors(manifest: unknown, factor = 1): Promise<string> {
  const folder = await temporaryFolder();
  const builder = new GraphBuilder();
  const image = builder.input('image', [1, 'height', 'width', 3]);
  const scaled = builder.node('Mul', [image, builder.floats(Float32Array.of(factor), [])]);
  builder.rename(builder.node('ReduceMean', [scaled], { axes: [1, 2], keepdims: 0 }), 'mean');
  builder.output('mean', [1, 3]);
  builder.rename(builder.node('Mul', [scaled, builder.floats(Float32Array.of(2), [])]), 'pixels');
  builder.output('pixels', [1, 'height', 'width', 3]);
  const path = join(folder, 'colours.onnx');
  await writeFile(path, builder.build());
  if (manifest !== undefined) await writeFile(join(folder, 'colours.json'), JSON.stringify(manifest));
  return path;
}

const plain = (color: readonly number[], size = 16): Image => ({
  ...createImage(size, size),
  data: Uint8Array.from({ length: size * size * 3 }, (_, i) => color[i % 3]!),
});

test('range, mean, deviation and order of channels follow the manifest', async () => {
  const input = {
    size: null,
    layout: 'NHWC',
    order: 'BGR',
    range: [-1, 1],
    mean: [0.5, 0, 0],
    std: [2, 1, 4],
  };
  const network = await openFeatureNetwork(await meanColors({ input, features: 'mean' }));
  const { features, layers } = await network.look(plain([255, 0, 51]));
  await network.close();
  const [blue, green, red] = [(-0.6 - 0.5) / 2, -1, 1 / 4];
  features!.forEach((value, c) => {
    expect(value).toBeCloseTo([blue, green, red][c]!, 5);
  });
  expect(layers).toEqual([]);
});

test('features of equal recent pictures are computed once', async () => {
  const input = { layout: 'NHWC', range: [0, 255] };
  const network = await openFeatureNetwork(await meanColors({ input, features: 'mean' }));
  const { look } = cacheFeatures(network, 2);
  const first = await look(plain([1, 2, 3]));
  const second = await look(plain([4, 5, 6]));
  expect([...second.features!]).toEqual([4, 5, 6]);
  expect(await look(plain([1, 2, 3]))).toBe(first);
  await look(plain([7, 8, 9]));
  expect(await look(plain([1, 2, 3]))).toBe(first);
  const again = await look(plain([4, 5, 6]));
  expect(again).not.toBe(second);
  expect(again).toEqual(second);
  await network.close();
});

test('a constant colour offset gives the FID of two shifted Gaussians, and the LPIPS of their angle', async () => {
  const manifest = {
    input: { layout: 'NHWC', range: [0, 255], size: [4, 4] },
    features: 'pixels',
    layers: [{ output: 'pixels' }],
  };
  const truths = [0, 40, 90, 10, 70].map((level, i) => [level, 20 + 30 * i, 200 - level]);
  const pairs = truths.map(([r, g, b]) => ({
    truth: plain([r!, g!, b!]),
    made: plain([r! + 3, g!, b! + 4]),
  }));
  const { summary, pictures } = (await score(await meanColors(manifest), pairs)).entries[0]!;
  expect(summary.fid!.mean).toBeCloseTo(2 ** 2 * (3 ** 2 + 4 ** 2), 3);
  pictures.forEach(({ values }, i) => {
    const [r, g, b] = truths[i] as [number, number, number];
    const cosine = (r * (r + 3) + g * g + b * (b + 4)) / Math.hypot(r, g, b) / Math.hypot(r + 3, g, b + 4);
    expect(values.lpips).toBeCloseTo(2 - 2 * cosine, 5);
  });
});

describe('refuses, in a line that says what to do,', () => {
  const input = { size: [16, 16], layout: 'NHWC', range: [0, 1] };
  const good = { input, features: 'mean' };

  test.each<[string, unknown, string]>([
    ['a manifest that is missing', undefined, 'its outputs are "mean", "pixels"'],
    ['a manifest without a range', { ...good, input: { size: [16, 16] } }, '"input.range"'],
    ['one with a field too many', { ...good, sizes: 3 }, 'Unrecognized key'],
    ['one that names no output', { input }, 'neither "features" (for FID and KID) nor "layers" (for LPIPS)'],
    [
      'an output that it has not',
      { input, features: 'pool' },
      'names output "pool", but it has "mean", "pixels"',
    ],
    ['a deviation of zero', { ...good, input: { ...input, std: [1, 0, 1] } }, '"input.std.1"'],
    [
      'weights of other channels',
      { input, layers: [{ output: 'pixels', weights: [1, 2] }] },
      'layer "pixels" has 3 channels and 2 weights',
    ],
    [
      'planes where it takes pixels',
      { ...good, input: { ...input, layout: 'NCHW' } },
      'it rejects its input',
    ],
  ])('%s', async (_, manifest, message) => {
    const path = await meanColors(manifest);
    const looking = async () => (await openFeatureNetwork(path)).look(plain([1, 2, 3]));
    await expect(looking()).rejects.toThrow(message);
    await expect(looking()).rejects.toThrow(/^[^\n]+$/);
    await expect(looking()).rejects.toMatchObject({ name: 'UserError' });
  });

  test('NaN features', async () => {
    const network = await openFeatureNetwork(
      await meanColors({ ...good, input: { ...input, range: [0, 1e30] } }, 1e30),
    );
    await expect(network.look(plain([1, 2, 3]))).rejects.toThrow(
      'holds NaN or infinite values; check "range"',
    );
    await network.close();
  });

  test('a file that is not a network', async () => {
    const path = join(await temporaryFolder(), 'other.onnx');
    await expect(openFeatureNetwork(path)).rejects.toThrow('it does not exist');
    await writeFile(path, 'no model');
    await expect(openFeatureNetwork(path)).rejects.toThrow('ONNX Runtime does not accept it');
  });

  test('a manifest that is not JSON, with an example', async () => {
    const folder = await temporaryFolder();
    const path = join(folder, 'network.onnx');
    await copyFile(`${goldens}/network.onnx`, path);
    await writeFile(join(folder, 'network.json'), '{');
    await expect(openFeatureNetwork(path)).rejects.toThrow('it is not valid JSON');
    await rm(join(folder, 'network.json'));
    const complaint = await openFeatureNetwork(path).catch(error => String(error.message));
    // What it proposes is a manifest that works.
    const proposed = /such as (\{.*\});/.exec(complaint as string)![1]!;
    await writeFile(join(folder, 'network.json'), proposed.replaceAll('299', '16'));
    const network = await openFeatureNetwork(path);
    expect((await network.look(plain([1, 2, 3]))).features).toHaveLength(4);
    await network.close();
    expect((await readFile(path)).length).toBeGreaterThan(0);
  });
});
