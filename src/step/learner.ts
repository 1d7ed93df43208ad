import type { RunConfig } from '../config/config.ts';
import type { Random } from '../core/random.ts';
import { elements } from '../core/shape.ts';
import { optimizers, type Rates } from '../nn/optimizers.ts';
import { initialValues, type Variable } from '../nn/variables.ts';
import { alignedBytes, FloatArena } from '../runtime/float-arena.ts';
import type { Arrays } from '../runtime/program.ts';
import { gradientName, nextStateName } from './graphs.ts';

/** One network in training: its weights, gradients, moments and state, in buffers allocated once. */
export interface Learner {
  readonly variables: readonly Variable[];
  /** Weights and state by variable name. */
  readonly values: Arrays;
  /** The outputs of a training pass: gradients, and new state. */
  readonly results: Arrays;
  /** Number of trainable values. */
  readonly parameters: number;
  /** All trainable weights, and likewise the gradients in `results`, concatenated in the order of `variables`. */
  readonly weights: Float32Array;
  readonly gradients: Float32Array;
  /** Non-trainable state that training passes replace: norms' moving averages, concatenated. */
  readonly statistics: Float32Array;
  /** The optimiser's moments, in the same order. */
  readonly moments: { readonly first: Float32Array; readonly second: Float32Array };
  /** Sums of accumulated gradients, in the same order; empty if an update takes one batch. */
  readonly accumulated: Float32Array;
  /** The weights' averages, in the same order; empty if weights are not averaged. */
  readonly averages: Float32Array;
  /** One step of the optimiser with the current gradients. */
  update(rates: Rates): void;
  /** Copies these variables' new state from `results` to `values`. A pass can't write it there itself: it reads the old state. */
  keepState(names: Iterable<string>): void;
}

/** Allocates a network's buffers and draws its initial weights from streams named after its variables. */
export function createLearner(
  variables: readonly Variable[],
  random: Random,
  options: RunConfig['optimizer'],
): Learner {
  const trainable = trainableOf(variables);
  const states = variables.filter(variable => !variable.trainable);
  const parameters = countOf(trainable);
  // Never empty, which the optimiser's kernel would not link to: a run without adversarial terms has no discriminator.
  const arena = new FloatArena(4 * alignedBytes(parameters) + alignedBytes(countOf(states)) || 1);
  const [weights, gradients, firstMoments, secondMoments] = Array.from({ length: 4 }, () =>
    arena.floats(parameters),
  ) as [Float32Array, Float32Array, Float32Array, Float32Array];
  const statistics = arena.floats(countOf(states));
  const values: Arrays = { ...viewsOf(trainable, weights), ...viewsOf(states, statistics) };
  const results: Arrays = {
    ...renamed(viewsOf(trainable, gradients), gradientName),
    ...Object.fromEntries(
      states.map(({ name, shape }) => [nextStateName(name), new Float32Array(elements(shape))]),
    ),
  };
  for (const [name, value] of initialValues(variables, random)) values[name]!.set(value);
  return {
    variables,
    values,
    results,
    parameters,
    weights,
    gradients,
    statistics,
    moments: { first: firstMoments, second: secondMoments },
    accumulated: new Float32Array(options.accumulate > 1 ? parameters : 0),
    averages: options.average === null ? new Float32Array(0) : Float32Array.from(weights),
    update: optimizers[options.method].onArrays(
      { memory: arena.wasm, weights, gradients, firstMoments, secondMoments },
      options,
    ),
    keepState: names => {
      for (const name of names) values[name]!.set(results[nextStateName(name)]!);
    },
  };
}

/** The network with the weights to translate with: their averages, if there are any. */
export function withAveragedWeights(learner: Learner): Learner {
  if (learner.averages.length === 0) return learner;
  const averages = viewsOf(trainableOf(learner.variables), learner.averages);
  return { ...learner, values: { ...learner.values, ...averages } };
}

export function trainableOf(variables: readonly Variable[]): Variable[] {
  return variables.filter(variable => variable.trainable);
}

/** The variables' arrays, consecutive parts of `block`. */
export function viewsOf(variables: readonly Variable[], block: Float32Array): Record<string, Float32Array> {
  let position = 0;
  return Object.fromEntries(
    variables.map(({ name, shape }) => {
      const view = block.subarray(position, position + elements(shape));
      position += view.length;
      return [name, view];
    }),
  );
}

function renamed(arrays: Arrays, rename: (name: string) => string): Record<string, Float32Array> {
  return Object.fromEntries(Object.entries(arrays).map(([name, array]) => [rename(name), array]));
}

function countOf(variables: readonly Variable[]): number {
  return variables.reduce((sum, { shape }) => sum + elements(shape), 0);
}
