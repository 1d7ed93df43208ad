import { expect, it } from 'vitest';
import { grad, input, interpret, sum } from '../graph/index.ts';
import { boundaries, nearestColorIndices, oneHot } from './label-maps.ts';

const palette = [
  [0, 0, 223],
  [255, 80, 0],
  [20, 20, 223],
] as const;
const pixels = [
  [0, 0, 223],
  [250, 90, 9],
  [26, 15, 215],
  // As far from the first as from the last
  [10, 10, 223],
  [0, 0, 0],
  [255, 255, 0],
];
const values = Float32Array.from(pixels.flat(), level => level / 127.5 - 1);
const x = input('x', [1, 2, 3, 3]);

it('maps damaged colours to the nearest colour, the first if two are equally near', () => {
  const [indices] = interpret([nearestColorIndices(x, palette)], { x: values });
  expect(Array.from(indices!.data)).toEqual([0, 1, 2, 0, 0, 1]);
});

it('encodes each class as a plane', () => {
  const [planes] = interpret([oneHot(nearestColorIndices(x, palette), 3)], { x: values });
  const rows = [0, 1, 2, 0, 0, 1].flatMap(index => [0, 1, 2].map(plane => Number(plane === index)));
  expect(Array.from(planes!.data)).toEqual(rows);
});

it('draws boundaries where one of four neighbours differs, but not at the border', () => {
  const ids = [7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 8].map(id => id / 32767.5 - 1);
  const [drawn] = interpret([boundaries(input('ids', [1, 3, 4, 1]))], { ids: Float32Array.from(ids) });
  expect(Array.from(drawn!.data)).toEqual([0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 1, 1]);
});

it('has no gradient', () => {
  const classes = nearestColorIndices(x, palette);
  for (const shown of [oneHot(classes, 3), boundaries(classes)]) {
    expect(() => grad(sum(shown, [0, 1, 2, 3]), [x])).toThrow('the loss does not depend on');
  }
});
