import { describe, expect, it } from 'vitest';
import { Random } from '../src/core/random.ts';
import { elements } from '../src/core/shape.ts';
import { grad, input, multiply, square, type Tensor, topological } from '../src/graph/index.ts';
import { gradientErrors, type Values } from './reference/finite-differences.ts';
import { type Case, opCases } from './reference/op-cases.ts';
import { total } from './reference/total.ts';

const TOLERANCE = 1e-6;

for (const [name, cases] of Object.entries(opCases)) {
  cases.forEach((example, i) => {
    describe(`${name}: ${example.title}`, () => {
      const { y, wrt, values } = instantiate(example, Random.fromSeed(i).split(name));

      it('is in the graph', () => {
        expect(topological([y]).map(({ composite, op }) => (composite ?? op).name)).toContain(name);
      });

      it('has the gradient of finite differences', () => {
        const weighted = weightedSum([y], values, 'first');
        expectSmall(gradientErrors(weighted.loss, wrt, weighted.values));
      });

      // Of Σ w·y², because most ops are linear: their gradients don't depend on their inputs
      it('has the second derivative of finite differences', () => {
        const first = weightedSum([square(y)], values, 'first');
        const second = weightedSum(grad(first.loss, Object.values(wrt)), first.values, 'second');
        expectSmall(gradientErrors(second.loss, wrt, second.values));
      });
    });
  });
}

describe('leaves', () => {
  it('an input has the gradient 1 of itself', () => {
    const x = input('x', [1, 1]);
    expect(gradientErrors(x, { x }, { x: Float64Array.of(3) })).toEqual({ x: expect.closeTo(0, 6) });
  });
});

interface Instance {
  readonly y: Tensor;
  readonly wrt: Record<string, Tensor>;
  readonly values: Values;
}

function instantiate({ inputs, build }: Case, random: Random): Instance {
  const tensors = inputs.map(({ shape }, i) => input(`x${i}`, shape));
  const values = inputs.map(({ shape, draw }, i) => [
    `x${i}`,
    new Float64Array(elements(shape)).map(() => draw(random)),
  ]);
  const wrt = tensors.flatMap((tensor, i) => (inputs[i]!.differentiable ? [[`x${i}`, tensor]] : []));
  return { y: build(...tensors), wrt: Object.fromEntries(wrt), values: Object.fromEntries(values) };
}

/** Σ w·y over `tensors` with random w, which shows every element's derivative. */
function weightedSum(
  tensors: readonly Tensor[],
  values: Values,
  name: string,
): { loss: Tensor; values: Values } {
  const random = Random.fromSeed(0).split(name);
  const weights = tensors.map((tensor, i) => input(`${name}${i}`, tensor.shape));
  const drawn = weights.map((weight, i) => [
    `${name}${i}`,
    new Float64Array(elements(weight.shape)).map(() => random.normal()),
  ]);
  const loss = total(tensors.map((tensor, i) => multiply(tensor, weights[i]!)));
  return { loss, values: { ...values, ...Object.fromEntries(drawn) } };
}

function expectSmall(errors: Record<string, number>): void {
  for (const [name, error] of Object.entries(errors)) expect(error, name).toBeLessThan(TOLERANCE);
}
