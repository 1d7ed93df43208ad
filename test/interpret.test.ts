import { describe, expect, it } from 'vitest';
import { Random } from '../src/core/random.ts';
import { elements, type Shape } from '../src/core/shape.ts';
import {
  concat,
  conv2d,
  input,
  interpret,
  pad,
  samePadding,
  slice,
  sumPool2d,
  type Tensor,
  transpose,
  upsample2d,
} from '../src/graph/index.ts';
import { convolutions } from './reference/op-cases.ts';
import { largestDifference, tensorOf, tf } from './reference/tensorflow.ts';

describe('conv2d', () => {
  it.each(convolutions)('$title is TensorFlow’s', ({ x, kernel, stride, padding }) => {
    const [top, left, bottom, right] = padding as [number, number, number, number];
    expectSame(
      [x, kernel],
      (x, kernel) => conv2d(x!, kernel!, { stride, padding }),
      (x, kernel) => {
        const padded = tf.pad4d(x as tf.Tensor4D, [
          [0, 0],
          [top, bottom],
          [left, right],
          [0, 0],
        ]);
        return tf.conv2d(padded, kernel as tf.Tensor4D, stride, 'valid');
      },
    );
  });

  it.each([
    [4, 6, 4, 1],
    [4, 6, 4, 2],
    [7, 5, 4, 2],
    [5, 8, 5, 2],
    [1, 3, 4, 1],
    [2, 2, 4, 2],
    [9, 7, 2, 3],
    [3, 3, 1, 2],
  ])('%i×%i by a %i× kernel, stride %i, is TensorFlow’s "same"', (height, width, size, stride) => {
    const padding = samePadding([height, width], [size, size], stride);
    expectSame(
      [
        [2, height, width, 2],
        [size, size, 2, 3],
      ],
      (x, kernel) => conv2d(x!, kernel!, { stride, padding }),
      (x, kernel) => tf.conv2d(x as tf.Tensor4D, kernel as tf.Tensor4D, stride, 'same'),
    );
  });
});

describe('ops that move values are TensorFlow’s', () => {
  it('transpose', () =>
    expectSame(
      [[2, 3, 4]],
      x => transpose(x!, [2, 0, 1]),
      x => tf.transpose(x!, [2, 0, 1]),
    ));

  it('concat', () =>
    expectSame(
      [
        [2, 1, 3],
        [2, 2, 3],
      ],
      (a, b) => concat([a!, b!], 1),
      (a, b) => tf.concat([a!, b!], 1),
    ));

  it('slice', () =>
    expectSame(
      [[4, 5]],
      x => slice(x!, [1, 2], [3, 2]),
      x => tf.slice(x!, [1, 2], [3, 2]),
    ));

  it('pad', () =>
    expectSame(
      [[2, 3]],
      x => pad(x!, [1, 0], [2, 3]),
      x =>
        tf.pad(x!, [
          [1, 2],
          [0, 3],
        ]),
    ));

  it('upsample2d', () =>
    expectSame(
      [[2, 2, 3, 2]],
      x => upsample2d(x!),
      x => tf.image.resizeNearestNeighbor(x as tf.Tensor4D, [4, 6]),
    ));

  it('sumPool2d', () =>
    expectSame(
      [[2, 4, 6, 2]],
      x => sumPool2d(x!),
      x => tf.mul(tf.avgPool(x as tf.Tensor4D, 2, 2, 'valid'), 4),
    ));
});

type Build<T> = (...inputs: T[]) => T;

function expectSame(shapes: readonly Shape[], ours: Build<Tensor>, theirs: Build<tf.Tensor>): void {
  const random = Random.fromSeed(3);
  const values = shapes.map(shape => new Float32Array(elements(shape)).map(() => random.normal()));
  const inputs = shapes.map((shape, i) => input(`x${i}`, shape));
  const [actual] = interpret([ours(...inputs)], Object.fromEntries(values.map((data, i) => [`x${i}`, data])));
  const expected = theirs(...values.map((data, i) => tensorOf(data, shapes[i]!)));
  expect(actual!.shape).toEqual(expected.shape);
  expect(largestDifference(actual!.data, expected)).toBeLessThan(1e-4);
}
