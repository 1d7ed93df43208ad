import fc from 'fast-check';
import { expect, it } from 'vitest';
import { tileSpans, tilingOf } from './tiles.ts';

const size = { fixed: null, multiple: 32, smallest: 32, trained: [64, 64] as [number, number] };

it('starts tiles at multiples of the stride, with weights that add up to 1 at every pixel', () => {
  const cases = fc.record({
    tile: fc.integer({ min: 1, max: 400 }),
    overlap: fc.integer({ min: 0, max: 400 }),
    receptiveField: fc.option(fc.integer({ min: 0, max: 100 }).map(radius => 2 * radius + 1)),
    length: fc.integer({ min: 1, max: 60 }).map(count => 32 * count),
  });
  fc.assert(
    fc.property(cases, ({ receptiveField, length, ...wanted }) => {
      const stretches = tileSpans(length, tilingOf({ size, receptiveField }, wanted), 32);
      const sums = new Float64Array(length);
      for (const { start, weights } of stretches) {
        expect(start % 32).toBe(0);
        for (const [x, weight] of weights.entries()) {
          expect(weight).toBeGreaterThanOrEqual(0);
          sums[start + x]! += weight;
        }
      }
      for (const sum of sums) expect(sum).toBeCloseTo(1, 5);
    }),
    { numRuns: 60 },
  );
});

it('gives no weight to the margin of a tile if the overlap allows it', () => {
  const tiling = tilingOf({ size, receptiveField: 81 }, { tile: 192 });
  expect(tiling).toEqual({ tile: 192, overlap: 96, margin: 40 });
  const [first, second] = tileSpans(288, tiling, 32);
  expect(second!.start).toBe(96);
  expect([...second!.weights.subarray(0, 40)].every(weight => weight === 0)).toBe(true);
  expect([...first!.weights.subarray(152)].every(weight => weight === 0)).toBe(true);
});
