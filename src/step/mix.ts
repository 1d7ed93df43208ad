import type { RunConfig } from '../config/config.ts';
import { input, slice, type Tensor } from '../graph/index.ts';
import { labelMask, RECTANGLE_NUMBERS, rectangleMask } from '../nn/label-mix.ts';
import { labelPlanes } from './model.ts';

// The random numbers `mix` decide how the discriminator's objective mixes real and generated images.

/** Whether the discriminator is to judge mixed images consistently. */
export function mixesLabels({ loss }: RunConfig): boolean {
  return loss.adversarial === 'segmentation' && loss.labelMix > 0;
}

/** Shape of `mix`: per pair, the share of the real image (WGAN-GP) or the random numbers that make a mask (LabelMix, CutMix). */
export function mixShape(config: RunConfig): readonly number[] {
  return [config.batchSize, 1, 1, numbersPerPair(config)];
}

function numbersPerPair(config: RunConfig): number {
  if (!mixesLabels(config)) return 1;
  return config.labels.planes ? config.labels.palette!.length : RECTANGLE_NUMBERS;
}

/** Where mixed images are real, [N,H,W,1]: in some of the labels or, without a label map, in or around a rectangle. */
export function mixMask(config: RunConfig, condition: Tensor): Tensor {
  const numbers = input('mix', mixShape(config));
  const planes = labelPlanes(config, condition);
  const [batch, height, width] = condition.shape as [number, number, number];
  if (!planes) return rectangleMask(numbers, height, width);
  return labelMask(slice(planes, [0, 0, 0, 0], [batch, height, width, numbers.shape[3]!]), numbers);
}
