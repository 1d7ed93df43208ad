import { expect, it } from 'vitest';
import { gradientErrors } from '../../test/reference/finite-differences.ts';
import { constant, input, interpret, type Tensor } from '../graph/index.ts';
import { logOddsOfReal, segmentationLoss } from './segmentation-loss.ts';

const evaluate = (tensor: Tensor): number => interpret([tensor], {})[0]!.data[0]!;

/** Four pixels of three classes: generated, first label, second label. */
const scores = [
  [1, 2, 0.5],
  [-1, 0, 3],
  [0.25, 0, 0],
  [2, -2, 1],
];
const logits = constant(scores.flat(), [1, 2, 2, 3]);
const lossOf = (pixel: number, of: number): number =>
  Math.log(scores[pixel]!.reduce((sum, score) => sum + Math.exp(score), 0)) - scores[pixel]![of]!;

/** Three pixels of the first label, one of the second; a plane of boundaries behind them is not a label. */
const shown = constant([1, 0, 1, 1, 0, 0, 1, 0, 0, 0, 1, 1], [1, 2, 2, 3]);

it('generated pixels are of class 0', () => {
  const expected = [0, 1, 2, 3].reduce((sum, pixel) => sum + lossOf(pixel, 0), 0) / 4;
  expect(evaluate(segmentationLoss.fake(logits))).toBeCloseTo(expected, 6);
});

it.each(['real', 'fool'] as const)('all labels have equal weight, however rare (%s)', side => {
  // pixels / (labels present · pixels of the label): 4 / (2 · 3) and 4 / (2 · 1)
  const expected = ((lossOf(0, 1) + lossOf(1, 1) + lossOf(2, 1)) * (2 / 3) + lossOf(3, 2) * 2) / 4;
  expect(evaluate(segmentationLoss[side](logits, shown))).toBeCloseTo(expected, 6);
});

it('absent labels have no effect', () => {
  const onlyFirst = constant([1, 0, 0, 1, 0, 0, 1, 0, 0, 1, 0, 0], [1, 2, 2, 3]);
  const expected = [0, 1, 2, 3].reduce((sum, pixel) => sum + lossOf(pixel, 1), 0) / 4;
  expect(evaluate(segmentationLoss.real(logits, onlyFirst))).toBeCloseTo(expected, 6);
});

it('a coarser pixel is weighted by the share of each label in it', () => {
  const coarse = constant([1, 2, 0.5], [1, 1, 1, 3]);
  // Both labels have the same weight again: 1 / (2 · share), times the share.
  expect(evaluate(segmentationLoss.fool(coarse, shown))).toBeCloseTo((lossOf(0, 1) + lossOf(0, 2)) / 2, 6);
});

it('without labels, pixels are real or generated', () => {
  const two = constant(
    scores.flatMap(([generated, real]) => [generated!, real!]),
    [1, 2, 2, 2],
  );
  const chance = ([generated, real]: readonly number[]) => 1 / (1 + Math.exp(generated! - real!));
  const meanOf = (f: (score: readonly number[]) => number) =>
    scores.reduce((sum, each) => sum + f(each), 0) / 4;
  const asReal = meanOf(score => -Math.log(chance(score)));
  expect(evaluate(segmentationLoss.real(two, null))).toBeCloseTo(asReal, 6);
  expect(evaluate(segmentationLoss.fool(two, null))).toBeCloseTo(asReal, 6);
  expect(evaluate(segmentationLoss.fake(two))).toBeCloseTo(
    meanOf(score => -Math.log(1 - chance(score))),
    6,
  );
});

it('has the gradients of finite differences', () => {
  const x = input('x', [1, 2, 2, 3]);
  const values = { x: Float64Array.from(scores.flat()) };
  expect(gradientErrors(segmentationLoss.fool(x, shown), { x }, values).x).toBeLessThan(1e-6);
  expect(gradientErrors(segmentationLoss.fake(x), { x }, values).x).toBeLessThan(1e-6);
});

it('the log-odds of "real" sum over all labels', () => {
  const [odds] = interpret([logOddsOfReal(logits)], {});
  scores.forEach(([generated, ...labels], pixel) => {
    const real = labels.reduce((sum, score) => sum + Math.exp(score), 0);
    expect(odds!.data[pixel]).toBeCloseTo(Math.log(real) - generated!, 6);
  });
});
