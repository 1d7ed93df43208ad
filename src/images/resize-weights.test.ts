import { describe, expect, it } from 'vitest';
import type { Image } from '../core/image.ts';
import { cubicWeights, nearestWeights, resizeWith } from './resize.ts';

const row = (...samples: number[]): Image => ({
  width: samples.length,
  height: 1,
  channels: 1,
  data: Uint8Array.from(samples),
});

const resized = (image: Image, width: number, weights: typeof cubicWeights) => [
  ...resizeWith(image, weights(image.width, width), weights(1, 1)).data,
];

describe('cubicWeights', () => {
  it('keeps constant and linear rows, away from the edges', () => {
    expect(resized(row(9, 9, 9), 8, cubicWeights)).toEqual(new Array(8).fill(9));
    expect(resized(row(0, 40, 80, 120, 160, 200), 12, cubicWeights).slice(3, 9)).toEqual([
      50, 70, 90, 110, 130, 150,
    ]);
  });

  it('enlarges single pixels and overshoots at an edge, clamped', () => {
    expect(resized(row(7), 5, cubicWeights)).toEqual([7, 7, 7, 7, 7]);
    expect(resized(row(0, 0, 255, 255), 8, cubicWeights)).toEqual([0, 0, 0, 52, 203, 255, 255, 255]);
  });

  it('has taps that sum to 1', () => {
    const { start, weights } = cubicWeights(5, 13);
    for (let i = 0; i < 13; i++) {
      expect(weights.subarray(start[i], start[i + 1]).reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(
        1,
        5,
      );
    }
  });
});

describe('nearestWeights', () => {
  it('repeats or omits samples and never mixes them', () => {
    expect(resized(row(1, 2, 3), 6, nearestWeights)).toEqual([1, 1, 2, 2, 3, 3]);
    expect(resized(row(1, 2, 3, 4, 5, 6), 2, nearestWeights)).toEqual([2, 5]);
  });
});
