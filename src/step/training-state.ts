import { UserError } from '../core/errors.ts';
import { Random } from '../core/random.ts';
import type { WeightsMap, WeightTensor } from '../formats/safetensors.ts';
import type { NetworkName } from './algorithms.ts';
import { type Learner, trainableOf, viewsOf, withAveragedWeights } from './learner.ts';
import type { LossScale } from './loss-scale.ts';
import type { Plateau } from './schedule.ts';
import type { Updates } from './updates.ts';

/** Everything that training changes. Mutable: a checkpoint saves these arrays, and restoring one writes into them. */
export interface TrainingState {
  /** Weights and norms' statistics by variable: the generator's as it translates, and the discriminator's. */
  readonly model: WeightsMap;
  /** What only training needs, by {@link stateKey}: moments, accumulated gradients, and the raw weights if `model` has their average. */
  readonly optimizerState: WeightsMap;
  readonly counts: Counts;
  /** The random streams of dropout and of mixed images. */
  readonly streams: Record<string, Random>;
}

/** Numeric state that a checkpoint saves, by component: counters, factors and running averages. */
export type Counts = Readonly<Record<string, Record<string, number | null>>>;

/** A training state as a checkpoint holds it. */
export interface SavedState {
  readonly model: WeightsMap;
  readonly optimizerState: WeightsMap;
  readonly counts: Counts;
  /** Of each stream, {@link Random.state}. */
  readonly streams: Readonly<Record<string, readonly number[]>>;
}

/** What training keeps for a variable besides its value; `trained` are the raw weights if the model has their average. */
export type StateKind = 'first moment' | 'second moment' | 'gathered gradient' | 'trained';

/** The key of a variable's array of that kind in {@link TrainingState.optimizerState}. */
export const stateKey = (variable: string, kind: StateKind): string => `${variable}: ${kind}`;

interface Parts {
  readonly learners: Readonly<Record<NetworkName, Learner>>;
  readonly updates: Updates;
  readonly plateau: Plateau;
  readonly streams: Record<string, Random>;
  readonly lossScale: LossScale | null;
}

export function stateOf({ learners, updates, plateau, streams, lossScale }: Parts): TrainingState {
  const { generator, discriminator } = learners;
  return {
    model: new Map([...valuesOf(withAveragedWeights(generator)), ...valuesOf(discriminator)]),
    optimizerState: new Map([
      ...blockOf(generator, generator.moments.first, 'first moment'),
      ...blockOf(generator, generator.moments.second, 'second moment'),
      ...blockOf(discriminator, discriminator.moments.first, 'first moment'),
      ...blockOf(discriminator, discriminator.moments.second, 'second moment'),
      ...blockOf(generator, generator.accumulated, 'gathered gradient'),
      ...blockOf(discriminator, discriminator.accumulated, 'gathered gradient'),
      ...(generator.averages.length > 0 ? blockOf(generator, generator.weights, 'trained') : []),
    ]),
    counts: {
      ...updates.counts,
      plateau: plateau.counts,
      ...(lossScale && { 'loss scale': lossScale.counts }),
    },
    streams,
  };
}

/** Puts a saved state back. Throws {@link UserError}, with `name` as the source, if it belongs to other networks. */
export function restoreState(live: TrainingState, saved: SavedState, name: string): void {
  copyTensors(live.model, saved.model, name);
  copyTensors(live.optimizerState, saved.optimizerState, name);
  for (const [part, counts] of Object.entries(live.counts)) Object.assign(counts, saved.counts[part]);
  for (const [stream, state] of Object.entries(saved.streams)) live.streams[stream] = Random.fromState(state);
}

function copyTensors(live: WeightsMap, saved: WeightsMap, name: string): void {
  const misfit = [...live].find(([key, { data }]) => saved.get(key)?.data.length !== data.length)?.[0];
  const surplus = [...saved.keys()].find(key => !live.has(key));
  if (misfit !== undefined || surplus !== undefined) {
    throw new UserError(
      `Cannot resume from ${name}: its tensor "${misfit ?? surplus}" does not fit the run's config; restore config.json`,
    );
  }
  for (const [key, { data }] of live) data.set(saved.get(key)!.data);
}

function valuesOf({ variables, values }: Learner): [string, WeightTensor][] {
  return variables.map(({ name, shape }) => [name, { shape, data: values[name]! }]);
}

/** The pieces of `block`, which holds a value for each trainable one; nothing if it is empty. */
function blockOf({ variables }: Learner, block: Float32Array, kind: StateKind): [string, WeightTensor][] {
  if (block.length === 0) return [];
  const trainable = trainableOf(variables);
  const views = viewsOf(trainable, block);
  return trainable.map(({ name, shape }) => [stateKey(name, kind), { shape, data: views[name]! }]);
}
