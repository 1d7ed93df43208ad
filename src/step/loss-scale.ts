import type { RunConfig } from '../config/config.ts';
import { UserError } from '../core/errors.ts';
import { type DeviceName, devices } from '../runtime/device.ts';

/** As in PyTorch's GradScaler. */
const FIRST_SCALE = 2 ** 16;
const STEPS_TO_DOUBLE = 2000;
/** Scales are halved down to this one: an overflow here has another cause. */
const SMALLEST_SCALE = 2 ** -24;

/** The factor on losses that keeps their gradients in the range of float16; it adapts during training. */
export interface LossScale {
  /** The current scale, a power of 2, and the number of consecutive finite steps. Restoring a checkpoint writes into it. */
  readonly counts: { scale: number; sound: number };
  /** Scalars for a step, by input name. */
  inputs(): Record<string, Float32Array>;
  /**
   * Adjusts the scale after a step: doubles it after many finite ones, halves it after one whose gradients overflowed.
   * @returns whether to retry that step at the new scale.
   */
  update(areFinite: boolean): boolean;
}

/** Dynamic loss scaling (Micikevicius et al. 2018, arXiv:1710.03740, section 3.2). */
export function createLossScale(): LossScale {
  const counts = { scale: FIRST_SCALE, sound: 0 };
  return {
    counts,
    inputs: () => ({
      'loss scale': Float32Array.of(counts.scale),
      'loss unscale': Float32Array.of(1 / counts.scale),
    }),
    update: areFinite => {
      counts.sound = areFinite ? counts.sound + 1 : 0;
      if (areFinite && counts.sound % STEPS_TO_DOUBLE === 0) counts.scale *= 2;
      if (areFinite || counts.scale <= SMALLEST_SCALE) return false;
      counts.scale /= 2;
      return true;
    },
  };
}

/** Throws {@link UserError} if the device can't train in the configured precision. */
export function assertPrecision({ precision }: RunConfig, device: DeviceName = 'cpu'): void {
  if (precision === 'float32' || devices[device].resident) return;
  throw new UserError(
    `Cannot train in ${precision} with --device ${device}: use --device webgpu, or --precision float32`,
  );
}
