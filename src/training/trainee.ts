import type { UniformSource } from '../nn/masks.ts';
import type { CompileOptions } from '../runtime/program.ts';
import type { Learner } from './learner.ts';
import type { CustomParts } from './model.ts';
import type { TrainingState } from './training-state.ts';

/** Images of one batch on [−1, 1], [N,H,W,C] each, row-major. */
export interface TrainingPair {
  readonly condition: Float32Array;
  readonly target: Float32Array;
}

export interface StepLosses {
  /** Mean of the losses on real and on generated pairs; 0 where the objective needs no discriminator. */
  readonly discriminator: number;
  /** The generator's whole objective. */
  readonly generator: number;
  /** Mean |target − generated|; 0 where the objective has no such term. */
  readonly l1: number;
}

/** Both networks with the programs that train them. */
export interface Trainee {
  /** Its `values` are what translates: where the config averages weights, the averages. */
  readonly generator: Learner;
  /** Without variables where the objective needs no discriminator. */
  readonly discriminator: Learner;
  /** All that a step changes, between two steps; put back, training goes on as it would have. */
  readonly state: TrainingState;
  /** Brings the arrays of `state`, `generator` and `discriminator` up to date, where a device keeps them. */
  pull(): Promise<void>;
  /** Takes what was written into the arrays of `state` to where the step finds it. */
  push(): Promise<void>;
  /** The last step's images, [N,H,W,C] each; null where a device keeps them. */
  readonly images: { readonly fake: Float32Array; readonly target: Float32Array } | null;
  /** One training step on one batch. */
  step(batch: TrainingPair, learningRate: number): Promise<StepLosses>;
  release(): Promise<void>;
}

export interface TraineeOptions extends CompileOptions {
  /** Where a dropout mask (by name) or Wasserstein's `mix` gets its numbers; default: streams of their own. */
  readonly noise?: (name: string) => UniformSource;
  /** A generator or a loss of one's own. */
  readonly parts?: CustomParts;
}
