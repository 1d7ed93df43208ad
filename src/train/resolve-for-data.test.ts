import { join } from 'node:path';
import { expect, it } from 'vitest';
import { saveBytes, savePicture, temporaryFolder, testPicture } from '../../test/data-fixtures.ts';
import { type ConfigOverrides, resolveConfig } from '../config/resolve-config.ts';
import { createImage, type Image, type Samples } from '../core/image.ts';
import { Random } from '../core/random.ts';
import { openPairs } from '../data/pairing.ts';
import { encodePng } from '../images/encoding/encode.ts';
import { syntheticFacade } from '../prepare/facades/index.ts';
import { resolveConfigFor } from './resolve-for-data.ts';

async function pairsOf(sides: readonly (readonly [a: Image<Samples>, b: Image<Samples>])[]) {
  const folder = await temporaryFolder();
  for (const [i, pair] of sides.entries()) {
    for (const [k, side] of ['A', 'B'].entries()) {
      await saveBytes(join(folder, `train${side}`, `${i}.png`), await encodePng(pair[k]!));
    }
  }
  return (await openPairs(folder, { split: 'train' })).pairs;
}

const facade = (seed: number): [Image, Image] => {
  const { photo, label } = syntheticFacade(Random.fromSeed(seed), 256);
  return [photo, label];
};

it('resizes label maps by nearest neighbour with a note, unless set otherwise or for the article', async () => {
  const pairs = await pairsOf([facade(1), facade(2)]);
  const { config, notes } = await resolveConfigFor({ preset: 'paper', direction: 'BtoA' }, pairs);
  expect(config.resize).toEqual({ mode: 'resize-and-crop', condition: 'nearest', target: 'area' });
  expect(notes).toEqual([
    'The conditions look like label maps: they are resized by nearest neighbour; --condition-resampling overrides this',
  ]);
  const given = await resolveConfigFor(
    { preset: 'paper', direction: 'BtoA', resize: { condition: 'area' } },
    pairs,
  );
  expect([given.config.resize.condition, given.notes]).toEqual(['area', []]);
  const article = await resolveConfigFor({ preset: 'article', direction: 'BtoA' }, pairs);
  expect(article.config.resize).toEqual({ mode: 'resize', condition: 'area', target: 'area' });
});

it('crops pictures of different aspect ratios instead of distorting them', async () => {
  const shapes = [testPicture(40, 20), testPicture(20, 20)];
  const pairs = await pairsOf(shapes.map(shape => [shape, shape]));
  const { config, notes } = await resolveConfigFor({}, pairs);
  expect(config.resize.mode).toBe('scale-shorter-side');
  expect(notes).toContain(
    'Images have different aspect ratios: they are scaled to cover 256×256 and cropped; --resize overrides this',
  );
  expect((await resolveConfigFor({ resize: { mode: 'resize' } }, pairs)).config.resize.mode).toBe('resize');
});

it('notes that transparent parts are blended onto white, and how to keep them', async () => {
  const veiled = createImage(8, 8, 4);
  const pairs = await pairsOf([[veiled, testPicture(8, 8)]]);
  const { config, notes } = await resolveConfigFor({ preset: 'paper' }, pairs);
  expect(config.channels).toEqual({ condition: 3, target: 3 });
  expect(notes).toEqual([
    'Transparent parts of the conditions are blended onto white; --condition-channels 4 keeps it as a channel',
  ]);
  const kept = await resolveConfigFor({ channels: { condition: 4 } }, pairs);
  expect(kept.config.channels).toEqual({ condition: 4, target: 3 });
});

it('ignores a bad picture, which is reported when it is loaded', async () => {
  const folder = await temporaryFolder();
  await saveBytes(join(folder, '1.png'), 'no picture');
  await savePicture(join(folder, '2.png'), testPicture(16, 8));
  const { pairs } = await openPairs(folder, { split: 'train' });
  expect((await resolveConfigFor({}, pairs)).config.channels).toEqual({ condition: 3, target: 3 });
});

it('jitter and the resize mode follow each other if only one of them is set', () => {
  expect(resolveConfig({ preset: 'demo', augment: { jitter: 1.2 } }).config.resize.mode).toBe(
    'resize-and-crop',
  );
  expect(resolveConfig({ preset: 'paper', resize: { mode: 'resize' } }).config.augment.jitter).toBe(1);
  expect(() => resolveConfig({ resize: { mode: 'resize' }, augment: { jitter: 1.2 } })).toThrow(
    'Cannot use --jitter 1.2 with --resize resize, which does not crop: use --resize resize-and-crop, or --jitter 1',
  );
});

it('treats gray pictures of class indices as label maps, with a note, and encodes them as planes', async () => {
  const numbers = (i: number): Image => {
    const data = new Uint8Array(32 * 32).map((_, at) => [0, 1, 3, 255][((at >> 3) + (at >> 8) + i) % 4]!);
    return { width: 32, height: 32, channels: 1, data };
  };
  const pairs = await pairsOf([0, 1, 2].map(i => [testPicture(32, 32, i), numbers(i)] as const));
  const plain = await resolveConfigFor({ preset: 'paper', direction: 'BtoA' }, pairs);
  expect([plain.config.channels.condition, plain.config.resize.condition]).toEqual([1, 'nearest']);
  expect(plain.notes).toContain(
    'The conditions hold class indices (0 to 255) as gray values; --label-planes feeds them to the networks one-hot, one plane per class',
  );
  const { config, notes } = await resolveConfigFor({ direction: 'BtoA', labels: { planes: true } }, pairs);
  expect(config.channels.condition).toBe(3);
  expect(config.labels.palette).toEqual([0, 1, 2, 3, 255].map(index => [index, index, index]));
  expect(notes.join()).not.toContain('class indices');
});

it('refuses class indices that are levels of 16-bit images, but takes widened ones', async () => {
  const numbers = (scale: number): Image<Uint16Array> => {
    const data = new Uint16Array(32 * 32).map((_, at) => scale * [0, 1, 3, 7][((at >> 3) + (at >> 8)) % 4]!);
    return { width: 32, height: 32, channels: 1, data };
  };
  const side = async (scale: number) => pairsOf([1, 2].map(i => [testPicture(32, 32, i), numbers(scale)]));
  await expect(resolveConfigFor({ direction: 'BtoA' }, await side(1))).rejects.toThrow(
    'Cannot train on the conditions: their class indices, 0 to 7, are levels of 16-bit images, where they hardly differ; save them as 8-bit images',
  );
  const { config } = await resolveConfigFor({ direction: 'BtoA' }, await side(257));
  expect(config).toMatchObject({ preset: 'labels', depth: { condition: 16 } });
  const { config: given } = await resolveConfigFor(
    { direction: 'BtoA', depth: { condition: 8 } },
    await side(257),
  );
  expect(given.depth.condition).toBe(8);
});

it('chooses the preset by the conditions, with a note, unless one is named', async () => {
  const pairs = await pairsOf([facade(1), facade(2)]);
  const labels = await resolveConfigFor({ direction: 'BtoA' }, pairs);
  expect(labels.config).toMatchObject({ preset: 'labels', labels: { planes: true } });
  expect(labels.config.labels.palette!.length).toBeGreaterThan(4);
  expect(labels.notes[0]).toBe(
    'Using preset labels because the conditions look like label maps; --preset overrides this',
  );
  const images = await resolveConfigFor({ direction: 'AtoB' }, pairs);
  expect(images.config).toMatchObject({ preset: 'images', labels: { planes: false, palette: null } });
  expect(images.notes[0]).toBe(
    'Using preset images because the conditions do not look like label maps; --preset overrides this',
  );
  const unplanned = await resolveConfigFor({ direction: 'BtoA', labels: { planes: false } }, pairs);
  expect(unplanned.config.preset).toBe('images');
  expect((await resolveConfigFor({ preset: 'lite' }, pairs)).config.preset).toBe('lite');
});

it('warns about the article’s unchanged objective, and names flags that help', async () => {
  const pairs = await pairsOf([facade(1)]);
  const notesOf = async (overrides: ConfigOverrides) => (await resolveConfigFor(overrides, pairs)).notes;
  const note = expect.stringMatching(/objective has no L1 term.* --l1 100 --shuffle/);
  expect((await notesOf({ preset: 'article' })).filter(text => text.includes('objective'))).toEqual([note]);
  expect(await notesOf({ preset: 'article', loss: { l1: 100 } })).not.toContainEqual(note);
  expect(await notesOf({ preset: 'paper', loss: { l1: 0 } })).not.toContainEqual(note);
});

it('refuses boundaries of instance ids where images have no channel for them', async () => {
  const pairs = await pairsOf([facade(1), facade(2)]);
  const labels = { planes: true, boundaries: 'ids' } as const;
  await expect(resolveConfigFor({ preset: 'labels', direction: 'BtoA', labels }, pairs)).rejects.toThrow(
    'Cannot use --boundaries ids: the conditions have 3 channels, and none for instance ids; leave it out',
  );
});
