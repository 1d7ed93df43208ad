import { describe, expect, it } from 'vitest';
import { constant, input, interpret, multiply, square, sum, type Tensor } from '../graph/index.ts';
import { type AdversarialLoss, adversarialLosses, gradientPenalty, interpolate } from './adversarial.ts';

const logits = [-3, -0.5, 0, 0.25, 2];
const evaluate = (tensor: Tensor): number => interpret([tensor], {})[0]!.data[0]!;
const mean = (f: (x: number) => number): number => logits.reduce((sum, x) => sum + f(x), 0) / logits.length;
const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

describe('each adversarial loss equals its paper’s formula', () => {
  it.each([
    [
      'bce',
      (x: number) => -Math.log(sigmoid(x)),
      (x: number) => -Math.log(1 - sigmoid(x)),
      (x: number) => -Math.log(sigmoid(x)),
    ],
    ['lsgan', (x: number) => (x - 1) ** 2, (x: number) => x ** 2, (x: number) => (x - 1) ** 2],
    ['hinge', (x: number) => Math.max(0, 1 - x), (x: number) => Math.max(0, 1 + x), (x: number) => -x],
    ['wgan-gp', (x: number) => -x, (x: number) => x, (x: number) => -x],
  ] as const)('%s', (name, real, fake, fool) => {
    const game: AdversarialLoss = adversarialLosses[name];
    const tensor = constant(logits, [1, 5, 1, 1]);
    expect(evaluate(game.real(tensor, null))).toBeCloseTo(mean(real), 6);
    expect(evaluate(game.fake(tensor, null))).toBeCloseTo(mean(fake), 6);
    expect(evaluate(game.fool(tensor, null))).toBeCloseTo(mean(fool), 6);
  });

  it.each(['bce', 'lsgan'] as const)(
    '%s with a label equals its losses on real and generated pairs',
    name => {
      const { labeled, real, fake } = adversarialLosses[name];
      const tensor = constant(logits, [1, 5, 1, 1]);
      expect(evaluate(labeled(tensor, constant(1)))).toBe(evaluate(real(tensor)));
      expect(evaluate(labeled(tensor, constant(0)))).toBe(evaluate(fake(tensor)));
    },
  );
});

describe('the gradient penalty', () => {
  it('is 0 where every image’s slope is 1, and grows with the square of the distance', () => {
    const x = input('x', [2, 1, 2, 1]);
    // D(x) = 3·x₀ + 4·x₁, whose slope is 5
    const score = (factor: number) => sum(multiply(x, constant([3 * factor, 4 * factor], [2, 1])), [1, 2, 3]);
    const at = (factor: number) =>
      interpret([gradientPenalty([score(factor)], x)], { x: [1, 2, 3, 4] })[0]!.data[0];
    expect(at(0.2)).toBeCloseTo(0, 6);
    expect(at(1)).toBeCloseTo(16, 5);
    expect(at(0.6)).toBeCloseTo(4, 5);
  });

  it('adds up the logits of all scales, each image by itself', () => {
    const x = input('x', [2, 1, 1, 1]);
    const values = { x: [1, -2] };
    // slopes 2·x + 2·x: 4 and −8
    const penalty = gradientPenalty([square(x), square(x)], x);
    expect(interpret([penalty], values)[0]!.data[0]).toBeCloseTo(((4 - 1) ** 2 + (8 - 1) ** 2) / 2, 5);
  });

  it('is evaluated at a separate interpolation per image', () => {
    const [real, fake] = [constant([1, 1], [2, 1, 1, 1]), constant([3, 5], [2, 1, 1, 1])];
    const mix = constant([0.25, 1], [2, 1, 1, 1]);
    expect([...interpret([interpolate(real, fake, mix)], {})[0]!.data]).toEqual([2.5, 1]);
  });
});
