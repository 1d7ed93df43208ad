import { expect } from 'vitest';
import type { RunConfig } from '../../src/config/config.ts';
import { Random } from '../../src/core/random.ts';
import type { StepLosses } from '../../src/step/algorithms.ts';
import { gradientName } from '../../src/step/graphs.ts';
import { conditionShape } from '../../src/step/model.ts';
import type { Trainee } from '../../src/step/trainee.ts';
import { createTrainee } from '../../src/train/networks.ts';
import { articleStep, type Named, type State, type Step } from './article-step.ts';
import { largest, largestDifference, tensorOf, type tf } from './tensorflow.ts';
import { pairOf, startOf } from './training-fixture.ts';

const LEARNING_RATE = 2e-4;

/** The state that steps of the reference start from, and what each of them gives. */
export function runReference(config: RunConfig, count: number): { start: State; steps: Step[] } {
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

/** Two whole steps on ONNX Runtime, whose losses, gradients and weights are the reference's. */
export async function expectToEndAsReference(config: RunConfig): Promise<void> {
  const { start, steps } = runReference(config, 2);
  const trainee = await createTrainee(config, Random.fromSeed(0));
  setValues(trainee, start.weights);
  for (const [i, step] of steps.entries()) {
    const losses = await trainee.step(pairOf(config, i), LEARNING_RATE);
    expectSameStep(trainee, losses, step);
  }
  await trainee.release();
}

export function expectSameGradients(
  results: Readonly<Record<string, ArrayLike<number>>>,
  gradients: Named,
): void {
  for (const [name, gradient] of gradients) {
    const difference = largestDifference(results[gradientName(name)]!, gradient);
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
