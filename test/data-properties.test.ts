import { join } from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createSamples, depths, fullScale, type Image, type Samples } from '../src/core/image.ts';
import { sizeModes } from '../src/core/sizes.ts';
import { loadEpochs } from '../src/data/loading/loader.ts';
import { openPairs } from '../src/data/pairing.ts';
import { writePicture } from '../src/images/encoding/encode.ts';
import { collect, saveBytes, temporaryFolder } from './data-fixtures.ts';

const layouts = {
  'two folders': (side: 'A' | 'B', name: string) => `train${side}/${name}`,
  'sides within': (side: 'A' | 'B', name: string) => `train/${side}/${name}`,
  suffixes: (side: 'A' | 'B', name: string) => `train/${name.replace('.', `_${side}.`)}`,
  manifest: (side: 'A' | 'B', name: string) => `anywhere/${side}-${name}`,
} as const;

const anySet = fc.record({
  layout: fc.constantFrom(...(Object.keys(layouts) as (keyof typeof layouts)[])),
  channels: fc.record({ condition: fc.integer({ min: 1, max: 8 }), target: fc.integer({ min: 1, max: 8 }) }),
  depth: fc.constantFrom(...depths),
  shapes: fc.array(fc.tuple(fc.integer({ min: 2, max: 20 }), fc.integer({ min: 2, max: 20 })), {
    minLength: 1,
    maxLength: 3,
  }),
  size: fc.tuple(fc.integer({ min: 2, max: 16 }), fc.integer({ min: 2, max: 16 })),
  mode: fc.constantFrom(...sizeModes.filter(mode => mode !== 'none')),
  resampling: fc.constantFrom('area' as const, 'nearest' as const),
  rotation: fc.constantFrom(0, 30),
  direction: fc.constantFrom('AtoB' as const, 'BtoA' as const),
});

/** The same pattern in every channel, so that sides of different channels can be compared. */
function pattern(
  width: number,
  height: number,
  channels: number,
  depth: (typeof depths)[number],
): Image<Samples> {
  const data = createSamples(depth, width * height * channels);
  for (let i = 0; i < data.length; i++) {
    const level = ((Math.floor(i / channels) * 37) % 256) / 255;
    data[i] = depth === 32 ? level : Math.round(level * fullScale(depth));
  }
  return { width, height, channels, data };
}

it('any layout, shape, depth, channels, size mode and direction gives batches in range, with both sides aligned', async () => {
  const root = await temporaryFolder();
  let run = 0;
  await fc.assert(
    fc.asyncProperty(anySet, async set => {
      const folder = join(root, String(run++));
      const place = layouts[set.layout];
      const [a, b] =
        set.direction === 'AtoB' ? (['condition', 'target'] as const) : (['target', 'condition'] as const);
      const rows = ['condition,target'];
      for (const [i, [width, height]] of set.shapes.entries()) {
        const name = `${i}.tif`;
        await writePicture(
          join(folder, place('A', name)),
          pattern(width, height, set.channels[a], set.depth),
        );
        await writePicture(
          join(folder, place('B', name)),
          pattern(width, height, set.channels[b], set.depth),
        );
        rows.push(`${place('A', name)},${place('B', name)}`);
      }
      if (set.layout === 'manifest') await saveBytes(join(folder, 'pairs.csv'), rows.join('\n'));
      const { pairs } = await openPairs(folder, { split: 'train' });
      expect(pairs).toHaveLength(set.shapes.length);
      const batches = await collect(
        loadEpochs(pairs, {
          direction: set.direction,
          size: set.size,
          channels: set.channels,
          resize: { mode: set.mode, condition: set.resampling, target: set.resampling },
          augment: {
            jitter: 1.3,
            mirror: true,
            rotation: set.rotation,
            scale: 1,
            color: 0,
            cutout: 0,
            distort: 0,
            roughen: 0,
          },
          batchSize: 1,
          shuffle: true,
          ahead: 1,
          skipBad: false,
          onSkip: () => {},
          seed: run,
        }).epoch(0),
      );
      const pixels = set.size[0] * set.size[1];
      for (const { condition, target } of batches) {
        expect([condition.length, target.length]).toEqual([
          pixels * set.channels.condition,
          pixels * set.channels.target,
        ]);
        expect(condition.every(value => value >= -1 && value <= 1)).toBe(true);
        for (let i = 0; i < pixels; i++) {
          expect(condition[i * set.channels.condition]).toBe(target[i * set.channels.target]);
        }
      }
    }),
    { numRuns: 60 },
  );
});
