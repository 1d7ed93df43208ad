import { expect, it } from 'vitest';
import { gradientErrors } from '../../test/reference/finite-differences.ts';
import { constant, input, interpret, square, sum, type Tensor } from '../graph/index.ts';
import { luminanceOf, ycbcrToRgb } from './luminance.ts';

const valuesOf = (tensor: Tensor) => [...interpret([tensor], {})[0]!.data];

it('converts to and from JPEG’s YCbCr', () => {
  // Y, Cb and Cr of red, yellow and a dark gray, from 0 to 255
  const bytes = [
    [76.245, 84.972, 255.5],
    [225.93, 0.5, 148.721],
    [50, 128, 128],
  ];
  const unit = bytes.map(([y, cb, cr]) => [y! / 127.5 - 1, (cb! - 128) / 127.5, (cr! - 128) / 127.5]);
  const rgb = ycbcrToRgb(
    constant(
      unit.map(([y]) => y!),
      [3, 1, 1, 1],
    ),
    constant(
      unit.flatMap(([, cb, cr]) => [cb!, cr!]),
      [3, 1, 1, 2],
    ),
  );
  const levels = valuesOf(rgb).map(value => Math.abs(Math.round((value + 1) * 127.5)));
  expect(levels).toEqual([255, 0, 0, 255, 255, 0, 50, 50, 50]);
});

it('chroma does not change luminance', () => {
  const y = [-0.75, -0.25, 0.125, 0.5];
  const colors = constant([0.3, -0.9, 1, 1, -0.4, 0.2, 0, 0.7], [1, 2, 2, 2]);
  const back = valuesOf(luminanceOf(ycbcrToRgb(constant(y, [1, 2, 2, 1]), colors)));
  y.forEach((value, i) => {
    expect(back[i]).toBeCloseTo(value, 6);
  });
  expect(valuesOf(luminanceOf(constant(y, [1, 2, 2, 1])))).toEqual(y);
});

it('has the gradients of finite differences', () => {
  const x = input('x', [1, 1, 2, 2]);
  const loss = sum(square(ycbcrToRgb(constant([0.5, -0.1], [1, 1, 2, 1]), x)), [0, 1, 2, 3]);
  expect(gradientErrors(loss, { x }, { x: Float64Array.of(0.3, -0.2, 0.8, 0.1) }).x).toBeLessThan(1e-6);
});
