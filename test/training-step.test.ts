import { describe, expect, it } from 'vitest';
import { interpret } from '../src/graph/index.ts';
import { inferenceMode } from '../src/nn/layers.ts';
import {
  generatePass,
  generatorPass,
  gradientName,
  labeledDiscriminatorPass,
  nextStateName,
  type Pass,
} from '../src/step/graphs.ts';
import type { Named, State, Update } from './reference/article-step.ts';
import { expectSameGradients, expectToEndAsReference, runReference } from './reference/reference-run.ts';
import { largest, largestDifference } from './reference/tensorflow.ts';
import { pairOf, smallRun } from './reference/training-fixture.ts';

describe('each pass of the article’s step, evaluated by definition', () => {
  const config = smallRun(32, 3, 2, 2);
  const pair = pairOf(config, 0);
  const step = runReference(config, 1).steps[0]!;

  it('generates the same image', () => {
    const { fake } = evaluate(generatePass(config, inferenceMode), step.discriminatorOnReal.before, {
      condition: pair.condition,
    });
    expect(largestDifference(fake!, step.fake)).toBeLessThan(1e-4);
  });

  it('has the same loss and gradients on the real pair', () => {
    const inputs = { condition: pair.condition, image: pair.target, label: [1] };
    expectSameUpdate(labeledDiscriminatorPass(config), step.discriminatorOnReal, inputs);
  });

  it('has the same loss and gradients on the generated pair, after the first update', () => {
    const inputs = { condition: pair.condition, image: step.fake.dataSync(), label: [0] };
    expectSameUpdate(labeledDiscriminatorPass(config), step.discriminatorOnFake, inputs);
  });

  it('updates the generator equally, through the frozen discriminator', () => {
    expectSameUpdate(generatorPass(config, inferenceMode), step.generator, { condition: pair.condition });
  });

  it('has gradients for biases in front of a batch norm, because an activation stands between', () => {
    for (const [name, gradient] of [...step.discriminatorOnReal.gradients, ...step.generator.gradients]) {
      expect(largest(gradient), name).toBeGreaterThan(1e-6);
    }
  });
});

// At 64×64: test/more/training-step.test.ts.
it('two whole steps on ONNX Runtime end where the reference does (a batch of two)', () =>
  expectToEndAsReference(smallRun(32, 4, 3, 2)));

/** A pass's outputs by name, in double precision. */
function evaluate(
  { outputs }: Pass,
  { weights }: State,
  inputs: Readonly<Record<string, ArrayLike<number>>>,
): Record<string, Float64Array> {
  const values = Object.fromEntries([...weights].map(([name, tensor]) => [name, tensor.dataSync()]));
  const results = interpret(Object.values(outputs), { ...values, ...inputs });
  return Object.fromEntries(Object.keys(outputs).map((name, i) => [name, results[i]!.data]));
}

function expectSameUpdate(
  pass: Pass,
  update: Update,
  inputs: Readonly<Record<string, ArrayLike<number>>>,
): void {
  const { loss, ...results } = evaluate(pass, update.before, inputs);
  const moved = movedBy(update);
  const expected = [
    ...[...update.gradients.keys()].map(gradientName),
    ...[...moved.keys()].map(nextStateName),
  ];
  expect(Object.keys(results).sort()).toEqual(expected.sort());
  expect(Math.abs(loss![0]! - update.loss)).toBeLessThan(1e-4);
  expectSameGradients(results, update.gradients);
  for (const [name, value] of moved) {
    expect(largestDifference(results[nextStateName(name)]!, value), name).toBeLessThan(1e-5);
  }
}

/** The moving statistics that an update replaced. */
function movedBy({ before, after }: Update): Named {
  const moved = [...after.weights].filter(
    ([name, value]) => name.includes('moving_') && value !== before.weights.get(name),
  );
  return new Map(moved);
}
