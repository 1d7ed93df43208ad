import type { RunConfig } from '../../config/config.ts';
import { usesDiscriminator } from '../../config/config.ts';
import { isFiniteThroughout } from '../../core/finite.ts';
import type { StepEvent, TroubleKind } from '../../runs/events.ts';
import { targetShape } from '../../step/model.ts';
import type { Trainee } from '../../step/trainee.ts';
import { advice } from './advice.ts';
import { imageStatistics } from './image-statistics.ts';

export interface Trouble {
  readonly kind: TroubleKind;
  /** The last step before it began. */
  readonly soundStep: number;
  /** What is wrong, and what helps, in a sentence. */
  readonly text: string;
}

/**
 * Watches training. It reads a few values per step, which costs next to nothing, and detects
 * - losses that are NaN or infinite, at once;
 * - weights that are NaN or infinite, within {@link WEIGHTS_EVERY} steps and before anything is saved (if a device keeps the
 *   weights, only before saving);
 * - the other troubles within `guard.steps` + 100 steps of their beginning, or five times as many for an output that has been
 *   flat from the start. Images that a device keeps are not checked.
 */
export interface Guard {
  /** Its state. Mutable: restoring a checkpoint writes into it. */
  readonly counts: GuardCounts;
  /** To be called after each step. Reports each trouble once, until it is over. */
  observe(event: StepEvent): Trouble | null;
  /** To be called before saving. */
  checkWeights(step: number): Trouble | null;
  /** The last step before everything that is suspected at `step`. */
  soundStep(step: number): number;
}

/** Averages over the last steps, and for how many steps each trouble has lasted. Checkpoints hold them by these names. */
export interface GuardCounts extends Record<string, number | null> {
  discriminatorLoss: number | null;
  /** See `image-statistics.ts`. */
  contrast: number | null;
  response: number | null;
  l1: number | null;
  lowestL1: number | null;
  /** Steps in a row in which the discriminator's loss was saturated. */
  won: number;
  flat: number;
  rising: number;
  /** Steps in which the output was not flat. */
  lively: number;
}

/** All weights are checked every 50 steps, since that takes a few percent of a step. */
const WEIGHTS_EVERY = 50;

/** Losses and images of single batches are noisy: they are averaged over about this many steps. */
const SMOOTHING = 20;

/** The discriminator's loss below which the generator learns nothing; a Wasserstein loss has no such bound. */
const saturation: Readonly<Record<RunConfig['loss']['adversarial'], number>> = {
  bce: 0.02,
  lsgan: 0.01,
  hinge: 0.02,
  'wgan-gp': Number.NEGATIVE_INFINITY,
  segmentation: 0.02,
};

/** The output has collapsed if a statistic of the images is below this. */
const FLAT_SHARE = 0.05;

/** An untrained generator's output is flat as well, so it gets this many times as long. */
const START_PATIENCE = 5;

/** How far the L1 error may rise above its lowest. */
const L1_RISE = 1.25;

export function createGuard(config: RunConfig, trainee: Trainee): Guard {
  const { generator, discriminator } = trainee;
  const patience = config.guard.steps;
  const isAdversarial = usesDiscriminator(config);
  const counts: GuardCounts = {
    ...{ discriminatorLoss: null, contrast: null, response: null, l1: null, lowestL1: null },
    ...{ won: 0, flat: 0, rising: 0, lively: 0 },
  };
  const statistics = imageStatistics(trainee, targetShape(config).at(-1)!);

  const smooth = (name: 'discriminatorLoss' | 'contrast' | 'response' | 'l1', value: number): number => {
    const before = counts[name];
    const average = before === null ? value : before + (value - before) / SMOOTHING;
    counts[name] = average;
    return average;
  };
  /** Counts a step; true once the trouble has lasted for `steps` steps. */
  const hasLasted = (name: 'won' | 'flat' | 'rising', isOn: boolean, steps = patience): boolean => {
    counts[name] = isOn ? counts[name] + 1 : 0;
    return counts[name] === steps;
  };
  const trouble = (kind: TroubleKind, soundStep: number, what: string): Trouble => ({
    kind,
    soundStep: Math.max(soundStep, 0),
    text: `${what}; ${advice[kind](config)}`,
  });

  const checkDiscriminator = (step: number, value: number): Trouble | null => {
    if (!isAdversarial) return null;
    const loss = smooth('discriminatorLoss', value);
    if (!hasLasted('won', loss < saturation[config.loss.adversarial])) return null;
    const what = `The discriminator has won: it tells all real and generated images apart (loss ${loss.toFixed(4)}), which leaves the generator little to learn from`;
    return trouble('discriminator-won', step - patience, what);
  };
  const checkImages = (step: number): Trouble | null => {
    const seen = statistics();
    if (!seen) return null;
    const contrast = smooth('contrast', seen.contrast);
    const response = seen.response === null ? 1 : smooth('response', seen.response);
    const isFlat = Math.min(contrast, response) < FLAT_SHARE;
    if (!isFlat) counts.lively++;
    const steps = counts.lively > patience ? patience : patience * START_PATIENCE;
    if (!hasLasted('flat', isFlat, steps)) return null;
    const what = contrast < FLAT_SHARE ? 'one flat colour' : 'the same image for every input';
    return trouble('flat-output', step - steps, `The output has collapsed: the generator makes ${what}`);
  };
  const checkL1 = (step: number, value: number): Trouble | null => {
    if (config.loss.l1 === 0) return null;
    const l1 = smooth('l1', value);
    // The first averages are over few batches.
    if (step >= SMOOTHING) counts.lowestL1 = Math.min(l1, counts.lowestL1 ?? l1);
    const lowest = counts.lowestL1 ?? l1;
    if (!hasLasted('rising', l1 > lowest * L1_RISE)) return null;
    const what = `The L1 error has risen from ${lowest.toFixed(3)} to ${l1.toFixed(3)} and stays there`;
    return trouble('l1-rising', step - patience, what);
  };
  const checkWeights = (step: number): Trouble | null => {
    if ([generator.weights, discriminator.weights].every(isFiniteThroughout)) return null;
    return trouble('non-finite', step - WEIGHTS_EVERY, 'Weights are NaN or infinite');
  };

  return {
    counts,
    checkWeights,
    observe: ({ step, discriminatorLoss, generatorLoss, l1 }) => {
      if (![discriminatorLoss, generatorLoss, l1].every(Number.isFinite)) {
        return trouble('non-finite', step - 1, 'A loss is NaN or infinite');
      }
      const broken = step % WEIGHTS_EVERY === 0 ? checkWeights(step) : null;
      return broken ?? checkDiscriminator(step, discriminatorLoss) ?? checkImages(step) ?? checkL1(step, l1);
    },
    soundStep: step => step - Math.max(counts.won, counts.flat, counts.rising),
  };
}
