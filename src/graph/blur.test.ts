import { expect, it } from 'vitest';
import { gradientErrors } from '../../test/reference/finite-differences.ts';
import { blur, constant, input, interpret, multiply, sum, upsample2d } from './index.ts';

const blurred = (values: readonly number[], shape: readonly number[]) => [
  ...interpret([blur(constant(values, shape))], {})[0]!.data,
];

it('spreads a point as [1 2 1] / 4 down and across', () => {
  const point = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 16, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
  expect(blurred(point, [1, 5, 5, 1])).toEqual([
    0, 0, 0, 0, 0, 0, 1, 2, 1, 0, 0, 2, 4, 2, 0, 0, 1, 2, 1, 0, 0, 0, 0, 0, 0,
  ]);
});

it('removes values that alternate from pixel to pixel and keeps constant ones, up to the borders', () => {
  const stripes = Array.from({ length: 16 }, (_, i) => (i % 2 ? 1 : -1));
  expect(blurred(stripes, [1, 4, 4, 1])).toEqual(stripes.map(() => 0));
  expect(blurred([3, 5, 3, 5, 3, 5, 3, 5], [1, 2, 2, 2])).toEqual([3, 5, 3, 5, 3, 5, 3, 5]);
});

it('makes an upsampling by nearest neighbour bilinear', () => {
  const corners = constant([0, 4, 8, 12], [1, 2, 2, 1]);
  const [row, middle] = [
    [0, 1, 3, 4],
    [2, 3, 5, 6],
  ] as const;
  const smooth = interpret([blur(upsample2d(corners))], {})[0]!.data;
  expect([...smooth]).toEqual([...row, ...middle, ...middle.map(v => v + 4), ...row.map(v => v + 8)]);
});

it('has the gradients of finite differences', () => {
  const x = input('x', [1, 3, 4, 2]);
  const weights = constant(
    Array.from({ length: 24 }, (_, i) => Math.sin(i)),
    [1, 3, 4, 2],
  );
  const loss = sum(multiply(multiply(blur(x), blur(x)), weights), [0, 1, 2, 3]);
  const values = { x: Float64Array.from({ length: 24 }, (_, i) => Math.cos(3 * i)) };
  expect(gradientErrors(loss, { x }, values).x).toBeLessThan(1e-6);
});
