import { expect, it } from 'vitest';
import type { ModelDescription } from '../export/description.ts';
import { cutWithin } from './tiles.ts';

const side = { channels: 3, depth: 8 } as ModelDescription['input'];

function cutOf(memory: ModelDescription['memory'], multiple: number, width: number, height = width) {
  const size = { fixed: null, multiple, smallest: multiple, trained: [256, 256] as [number, number] };
  return cutWithin({ memory, size, input: side, output: side }, width, height);
}

// As their full-width models say of themselves.
const article = { weights: 226_931_748, perPixel: 592 };
const lite = { weights: 13_000_000, perPixel: 112 };
const hd = { weights: 729_703_524, perPixel: 960 };

it('cuts large images into tiles of 1024, and does not cut small ones', () => {
  for (const memory of [lite, null]) {
    expect(cutOf(memory, 128, 1536)).toEqual({ tile: null, reduced: false });
    expect(cutOf(memory, 128, 1537)).toEqual({ tile: 1024, reduced: false });
    expect(cutOf(memory, 128, 20_000)).toEqual({ tile: 1024, reduced: false });
  }
});

it('makes tiles smaller if they would take more than 2 GB, and even smaller for wide images', () => {
  expect(cutOf(hd, 16, 512)).toEqual({ tile: null, reduced: false });
  expect(cutOf(article, 128, 1024)).toEqual({ tile: null, reduced: false });
  expect(cutOf(article, 128, 1536)).toEqual({ tile: 1024, reduced: true });
  expect(cutOf(article, 128, 20_000)).toEqual({ tile: 896, reduced: true });
  const tiles = [1400, 6000, 20_000, 60_000].map(width => cutOf(hd, 16, width));
  expect(tiles.every(({ reduced }) => reduced)).toBe(true);
  const sides = tiles.map(({ tile }) => tile!);
  expect(sides).toEqual(sides.toSorted((a, b) => b - a));
  for (const [i, width] of [1400, 6000, 20_000].entries()) {
    const bytes = hd.weights + hd.perPixel * sides[i]! ** 2 + 42 * width * sides[i]!;
    expect(bytes).toBeLessThan(1.5e9);
    expect(sides[i]! % 16).toBe(0);
    expect(sides[i]).toBeGreaterThan(500);
  }
});

it('stops at 256, regardless of the network’s size', () => {
  expect(cutOf({ weights: 4e9, perPixel: 5000 }, 64, 5000)).toEqual({ tile: 256, reduced: true });
});
