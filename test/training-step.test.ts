import { describe, expect, it } from 'vitest';
import type { RunConfig } from '../src/config/config.ts';
import { Random } from '../src/core/random.ts';
import { interpret } from '../src/graph/index.ts';
import { inferenceMode } from '../src/nn/layers.ts';
import { createTrainee } from '../src/train/networks.ts';
import type { StepLosses } from '../src/training/algorithms.ts';
import {
  generatePass,
  generatorPass,
  gradientOf,
  labelledDiscriminatorPass,
  nextOf,
  type Pass,
} from '../src/training/graphs.ts';
import { conditionShape } from '../src/training/model.ts';
import type { Trainee } from '../src/training/trainee.ts';
import { articleStep, type Named, type State, type Step, type Update } from './reference/article-step.ts';
import { largest, largestDifference, tensorOf, type tf } from './reference/tensorflow.ts';
import { pairOf, smallRun, startOf } from './reference/training-fixture.ts';

const LEARNING_RATE = 2e-4;

describe('each pass of the article’s step, evaluated by definition', () => {
  const config = smallRun(32, 3, 2, 2);
  const pair = pairOf(config, 0);
  const step = runReference(config, 1).steps[0]!;

  it('makes the same image', () => {
    const { fake } = evaluate(generatePass(config, inferenceMode), step.discriminatorOnReal.before, {
      condition: pair.condition,
    });
    expect(largestDifference(fake!, step.fake)).toBeLessThan(1e-4);
  });

  it('judges the real pair alike', () => {
    const inputs = { condition: pair.condition, image: pair.target, label: [1] };
    expectSameUpdate(labelledDiscriminatorPass(config), step.discriminatorOnReal, inputs);
  });

  it('judges the generated pair alike, after the first update', () => {
    const inputs = { condition: pair.condition, image: step.fake.dataSync(), label: [0] };
    expectSameUpdate(labelledDiscriminatorPass(config), step.discriminatorOnFake, inputs);
  });

  it('updates the generator alike, through the frozen discriminator', () => {
    expectSameUpdate(generatorPass(config, inferenceMode), step.generator, { condition: pair.condition });
  });

  it('has gradients for biases in front of a batch norm, because an activation stands between', () => {
    for (const [name, gradient] of [...step.discriminatorOnReal.gradients, ...step.generator.gradients]) {
      expect(largest(gradient), name).toBeGreaterThan(1e-6);
    }
  });
});

describe('two whole steps on ONNX Runtime', () => {
  it.each([
    [64, 4, 4, 1],
    [32, 4, 3, 2],
  ])('end where the reference does (size %i, %i levels, %i filters, batch size %i)', async (...sizes) => {
    const config = smallRun(...sizes);
    const { start, steps } = runReference(config, 2);
    const trainee = await createTrainee(config, Random.fromSeed(0));
    setValues(trainee, start.weights);
    for (const [i, step] of steps.entries()) {
      const losses = await trainee.step(pairOf(config, i), LEARNING_RATE);
      expectSameStep(trainee, losses, step);
    }
    await trainee.release();
  });
});

function runReference(config: RunConfig, count: number): { start: State; steps: Step[] } {
  const start = startOf(config);
  const steps: Step[] = [];
  for (let i = 0; i < count; i++) {
    const { condition, target } = pairOf(config, i);
    const tensor = (data: Float32Array) => tensorOf(data, conditionShape(config)) as tf.Tensor4D;
    const pair = { condition: tensor(condition), target: tensor(target) };
    steps.push(articleStep(steps.at(-1)?.generator.after ?? start, pair));
  }
  return { start, steps };
}

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
  const expected = [...[...update.gradients.keys()].map(gradientOf), ...[...moved.keys()].map(nextOf)];
  expect(Object.keys(results).sort()).toEqual(expected.sort());
  expect(Math.abs(loss![0]! - update.loss)).toBeLessThan(1e-4);
  expectSameGradients(results, update.gradients);
  for (const [name, value] of moved) {
    expect(largestDifference(results[nextOf(name)]!, value), name).toBeLessThan(1e-5);
  }
}

/** The moving statistics that an update replaced. */
function movedBy({ before, after }: Update): Named {
  const moved = [...after.weights].filter(
    ([name, value]) => name.includes('moving_') && value !== before.weights.get(name),
  );
  return new Map(moved);
}

function expectSameGradients(results: Readonly<Record<string, ArrayLike<number>>>, gradients: Named): void {
  for (const [name, gradient] of gradients) {
    const difference = largestDifference(results[gradientOf(name)]!, gradient);
    expect(difference / largest(gradient), name).toBeLessThan(1e-4);
  }
}

function setValues({ generator, discriminator }: Trainee, weights: Named): void {
  const values = { ...generator.values, ...discriminator.values };
  expect(Object.keys(values).sort()).toEqual([...weights.keys()].sort());
  for (const [name, tensor] of weights) values[name]!.set(tensor.dataSync<'float32'>());
}

function expectSameStep({ generator, discriminator }: Trainee, losses: StepLosses, step: Step): void {
  const { discriminatorOnReal: onReal, discriminatorOnFake: onFake } = step;
  expect(Math.abs(losses.discriminator - (onReal.loss + onFake.loss) / 2)).toBeLessThan(1e-4);
  expect(Math.abs(losses.generator - step.generator.loss)).toBeLessThan(1e-4);
  expectSameGradients(discriminator.results, onFake.gradients);
  expectSameGradients(generator.results, step.generator.gradients);
  const values = { ...generator.values, ...discriminator.values };
  for (const [name, expected] of step.generator.after.weights) {
    expect(largestDifference(values[name]!, expected), name).toBeLessThan(1e-5);
  }
}
