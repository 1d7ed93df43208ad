import { expect, it } from 'vitest';
import type { Image } from '../core/image.ts';
import { Random } from '../core/random.ts';
import { distort, drawDistortion } from './distort.ts';

const SIDE = 32;
/** Red tells the column, green the row. */
const places: Image<Float32Array> = {
  width: SIDE,
  height: SIDE,
  channels: 2,
  data: Float32Array.from({ length: 2 * SIDE ** 2 }, (_, i) =>
    i % 2 === 0 ? (i >> 1) % SIDE : Math.floor((i >> 1) / SIDE),
  ),
};

it('moves pixels by no more than the given share of the side, and neighbours alike', () => {
  const { data } = distort(places, drawDistortion(Random.fromSeed(1), 0.1), 'area');
  const moves = data.map((place, i) => place - places.data[i]!);
  expect(Math.max(...moves.map(Math.abs))).toBeLessThanOrEqual(0.1 * SIDE);
  expect(Math.max(...moves.map(Math.abs))).toBeGreaterThan(0.02 * SIDE);
  // Away from the borders, where the image is mirrored.
  const isInside = (place: number) => place > 0.15 * SIDE && place < 0.85 * SIDE;
  const steps = Array.from(moves, (move, i) => {
    const [across, down] = [(i >> 1) % SIDE, (i >> 1) / SIDE];
    return isInside(across) && isInside(down) ? Math.abs(move - moves[i - 2]!) : 0;
  });
  expect(Math.max(...steps)).toBeLessThan(1.2);
});

it('changes nothing by a distortion of 0', () => {
  expect(distort(places, drawDistortion(Random.fromSeed(1), 0), 'area')).toEqual(places);
});

it('invents no colours with nearest neighbour', () => {
  const labels = { ...places, data: places.data.map(level => 10 * Math.floor(level / 8)) };
  const { data } = distort(labels, drawDistortion(Random.fromSeed(2), 0.2), 'nearest');
  expect(new Set(data)).toEqual(new Set([0, 10, 20, 30]));
});
