import { Matrix, SingularValueDecomposition } from 'ml-matrix';
import { expect, it } from 'vitest';
import { gradientErrors } from '../../test/reference/finite-differences.ts';
import { Random } from '../core/random.ts';
import { constant, grad, input, interpret } from '../graph/index.ts';
import { ones } from './initializers.ts';
import { conv } from './layers.ts';
import { spectralNorm } from './spectral-norm.ts';
import { initialValues, Variables } from './variables.ts';

const variables = new Variables();
const kernel = input('kernel', [2, 2, 3, 4]);
const sigma = spectralNorm(variables, kernel);
const [next] = variables.updates.values();
const [direction] = variables.all();
const random = Random.fromSeed(3);
const values = new Float64Array(48).map(() => random.normal());
const decomposition = new SingularValueDecomposition(Matrix.from1DArray(12, 4, [...values]));

/** What many steps leave. */
function settled(): Float64Array {
  let u = Float64Array.from(initialValues(variables.all(), Random.fromSeed(4)).get(direction!.name)!);
  for (let step = 0; step < 200; step++)
    u = Float64Array.from(interpret([next!], { kernel: values, [direction!.name]: u })[0]!.data);
  return u;
}

it('finds the largest singular value, step by step', () => {
  const u = settled();
  const found = interpret([sigma], { kernel: values, [direction!.name]: u })[0]!.data[0]!;
  expect(found).toBeCloseTo(decomposition.diagonal[0]!, 6);
  expect(Math.hypot(...u)).toBeCloseTo(1, 6);
});

it('has the derivative v·uᵀ there, and that of finite differences anywhere', () => {
  const u = settled();
  const [slope] = interpret(grad(sigma, [kernel]), { kernel: values, [direction!.name]: u });
  const [left, right] = [decomposition.leftSingularVectors, decomposition.rightSingularVectors];
  slope!.data.forEach((value, i) => {
    expect(value).toBeCloseTo(left.get(Math.floor(i / 4), 0) * right.get(i % 4, 0), 5);
  });
  const anywhere = { kernel: values, [direction!.name]: Float64Array.of(0.5, -0.5, 0.5, 0.5) };
  expect(gradientErrors(sigma, { kernel }, anywhere).kernel).toBeLessThan(1e-6);
});

it('makes conv divide the kernel by it', () => {
  const layers = new Variables();
  const x = constant([0.5, -1, 2, 0.25], [1, 2, 2, 1]);
  const options = { filters: 2, kernelSize: 2, stride: 1, padding: 0, bias: false, initializer: ones };
  const plain = conv(layers, x, options);
  const spectral = conv(layers, x, { ...options, spectral: true });
  const given = { kernel: Float64Array.of(3, 0, 0, 4, 0, 0, 0, 0), direction: Float64Array.of(0, 1) };
  const [kernelName, directionName] = layers.all().map(({ name }) => name) as [string, string];
  const inputs = { [kernelName]: given.kernel, [directionName]: given.direction };
  const [all, normalised] = interpret([plain, spectral], inputs);
  // ‖W·u‖ of the direction at hand
  expect([...normalised!.data]).toEqual([...all!.data].map(value => expect.closeTo(value / 4, 6)));
});

it('keeps its direction as state without a gradient', () => {
  expect(variables.trainable()).toEqual([]);
  expect(direction!.shape).toEqual([4]);
});
