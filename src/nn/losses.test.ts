import { expect, it } from 'vitest';
import { gradientErrors } from '../../test/reference/finite-differences.ts';
import { constant, input, interpret, type Tensor } from '../graph/index.ts';
import {
  coarseError,
  featureDistance,
  meanAbsoluteError,
  meanSquaredError,
  softmaxCrossEntropy,
  totalVariation,
} from './losses.ts';

const evaluate = (tensor: Tensor): number => interpret([tensor], {})[0]!.data[0]!;
const row = (...values: number[]): Tensor => constant(values, [1, 1, values.length, 1]);

it('mean errors are means of |a − b| and (a − b)²', () => {
  expect(evaluate(meanAbsoluteError(row(1, 2, 3), row(2, 2, 5)))).toBeCloseTo(1, 6);
  expect(evaluate(meanSquaredError(row(1, 2, 3), row(2, 2, 5)))).toBeCloseTo(5 / 3, 6);
  expect(evaluate(meanSquaredError(row(1, 2, 3), 2))).toBeCloseTo(2 / 3, 6);
});

it('the coarse error compares means of 4×4 pixels', () => {
  const image = (pixels: (row: number, column: number) => number) =>
    constant(
      Array.from({ length: 32 }, (_, i) => pixels(Math.floor(i / 8), i % 8)),
      [1, 4, 8, 1],
    );
  const [edge, moved] = [3, 4].map(from => image((_, column) => (column >= from ? 1 : 0)));
  expect(evaluate(meanAbsoluteError(edge!, moved!))).toBeCloseTo(1 / 8, 6);
  expect(evaluate(coarseError(edge!, moved!))).toBeCloseTo(1 / 4 / 2, 6);
  // Within a block nothing is seen of a move.
  const [left, right] = [1, 2].map(at => image((_, column) => (column === at ? 1 : 0)));
  expect(evaluate(coarseError(left!, right!))).toBeCloseTo(0, 6);
  const x = input('x', [1, 4, 8, 1]);
  const values = { x: Float64Array.from({ length: 32 }, (_, i) => Math.cos(i)) };
  expect(gradientErrors(coarseError(x, edge!), { x }, values).x).toBeLessThan(1e-6);
});

it('total variation is the mean vertical plus the mean horizontal difference', () => {
  const image = constant([1, 2, 4, 0, 0, 3], [1, 2, 3, 1]);
  const [down, across] = [(1 + 2 + 1) / 3, (1 + 2 + 0 + 3) / 4];
  expect(evaluate(totalVariation(image))).toBeCloseTo(down + across, 6);
});

it('feature matching adds layers up and averages scales', () => {
  const a = [[row(1, 1), row(0)], [row(4)]];
  const b = [[row(2, 3), row(5)], [row(3)]];
  expect(evaluate(featureDistance(a, b))).toBeCloseTo((1.5 + 5 + 1) / 2, 6);
});

it.each([1, 2, 3, 5, 12])('softmax cross-entropy of %d classes, large logits included', classes => {
  const logits = Array.from({ length: 2 * classes }, (_, i) => 40 * Math.sin(3 * i));
  const picks = [classes - 1, 0];
  const oneHot = logits.map((_, i) => (i % classes === picks[Math.floor(i / classes)] ? 1 : 0));
  const losses = picks.map((pick, pixel) => {
    const own = logits.slice(pixel * classes, (pixel + 1) * classes).map(Math.fround);
    const most = Math.max(...own);
    return most + Math.log(own.reduce((sum, x) => sum + Math.exp(x - most), 0)) - own[pick]!;
  });
  const shape = [1, 1, 2, classes];
  const loss = softmaxCrossEntropy(constant(logits, shape), constant(oneHot, shape));
  expect(evaluate(loss)).toBeCloseTo((losses[0]! + losses[1]!) / 2, 5);
});

it('softmax cross-entropy leaves out pixels without a class, and does not overflow', () => {
  const logits = constant([1000, -1000, 3, 4], [1, 1, 2, 2]);
  expect(evaluate(softmaxCrossEntropy(logits, constant([0, 1, 0, 0], [1, 1, 2, 2])))).toBeCloseTo(1000, 3);
});
