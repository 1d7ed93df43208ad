import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createImage, type Image, type Samples } from '../src/core/image.ts';
import { Random } from '../src/core/random.ts';
import { openPairs } from '../src/data/pairing.ts';
import { decodePicture } from '../src/images/decoding/decode.ts';
import { writeLossless } from '../src/images/encoding/encode.ts';
import { resolveConfigFor } from '../src/train/resolve-for-data.ts';
import { translateFile } from '../src/translate/translate-file.ts';
import { openTranslator } from '../src/translate/translator.ts';
import { temporaryFolder } from './data-fixtures.ts';
import { follow } from './reference/small-runs.ts';

const side = 48;
const classColors = [
  [40, 60, 90],
  [200, 90, 60],
  [90, 180, 80],
] as const;

/** Boxes of two classes, each box an instance: a photo, class numbers, and ids as Cityscapes numbers them. */
function street(seed: number): { photo: Image; classes: Uint16Array; ids: Uint16Array } {
  const random = Random.fromSeed(seed);
  const classes = new Uint16Array(side * side);
  const ids = new Uint16Array(side * side);
  const photo = createImage(side, side);
  for (let box = 1; box <= 6; box++) {
    const [left, top] = [random.integer(28), random.integer(28)];
    const kind = 1 + random.integer(2);
    for (let y = top; y < top + 18; y++) {
      classes.fill(kind, y * side + left, y * side + left + 16);
      ids.fill(25000 + box, y * side + left, y * side + left + 16);
    }
  }
  for (let i = 0; i < ids.length; i++) {
    const isEdge = ids[i] !== (ids[i + 1] ?? ids[i]);
    photo.data.set(
      classColors[classes[i]!]!.map(level => (isEdge ? level / 2 : level)),
      3 * i,
    );
  }
  return { photo, classes, ids };
}

/** Class numbers in gray, ids where other pictures have opacity: 16 bits each. */
function labelled(classes: Uint16Array, ids: Uint16Array): Image<Samples> {
  const data = new Uint16Array(2 * classes.length);
  for (let i = 0; i < classes.length; i++) data.set([257 * classes[i]!, ids[i]!], 2 * i);
  return { width: side, height: side, channels: 2, data };
}

it.each([true, false])(
  'instance ids of 16 bits are learned from by their boundaries alone, label planes: %s',
  async planes => {
    const folder = await temporaryFolder();
    const data = join(folder, 'data');
    for (let i = 0; i < 4; i++) {
      const { photo, classes, ids } = street(i);
      await writeLossless(join(data, `trainA/${i}`), { image: photo, alpha: false });
      await writeLossless(join(data, `trainB/${i}`), { image: labelled(classes, ids), alpha: true });
    }
    const { pairs } = await openPairs(data, { split: 'train' });
    const { config, notes } = await resolveConfigFor(
      {
        preset: 'paper',
        direction: 'BtoA',
        size: [32, 32],
        epochs: 2,
        steps: 8,
        labels: { planes, boundaries: 'ids' },
        generator: { filters: 4, levels: 3, dropout: 0, inference: { dropout: false } },
        discriminator: { filters: 2, layers: 1 },
      },
      pairs,
    );
    expect(config.channels).toEqual({ condition: planes ? 4 : 2, target: 3 });
    expect(config.resize.condition).toBe('nearest');
    expect(notes.join('\n')).toContain(
      `The conditions hold ids in the last of ${planes ? 4 : 2} channels: they are resized by nearest neighbour`,
    );
    if (planes) expect(config.labels.palette).toEqual([0, 1, 2].map(index => [index, index, index]));

    const runFolder = join(folder, 'run');
    const events = await follow({ data, runFolder, config, skipBad: false });
    const steps = events.filter(({ type }) => type === 'step');
    expect(steps).toHaveLength(8);

    const translator = await openTranslator(runFolder);
    const { classes, ids } = street(9);
    const translated = async (name: string, given: Uint16Array) => {
      await writeLossless(join(folder, name), { image: labelled(classes, given), alpha: true });
      const job = { input: join(folder, `${name}.png`), output: join(folder, `out-${name}.png`) };
      await translateFile(translator, job);
      return (await decodePicture(job.output)).image.data;
    };
    const usual = await translated('usual', ids);
    const renumbered = await translated(
      'renumbered',
      ids.map(id => (id === 0 ? 0 : id + 7)),
    );
    const none = await translated('none', new Uint16Array(ids.length));
    await translator.close();
    expect(renumbered).toEqual(usual);
    expect(none).not.toEqual(usual);
  },
);
