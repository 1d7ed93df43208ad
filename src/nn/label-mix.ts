import { abs, constant, multiply, select, slice, sqrt, subtract, sum, type Tensor } from '../graph/index.ts';
import { interpolate } from './adversarial.ts';
import { averagePoolTo } from './layers.ts';
import { meanSquaredError } from './losses.ts';

// Masks [N,H,W,1] that mix a real and a generated image: 1 where the real one is taken, else 0. They are made from random numbers,
// uniform on [0, 1), a vector [N,1,1,…] for each image.

/** LabelMix (Sushko et al. 2021, arXiv:2012.04781, section 3.2): whole labels; `planes` are [N,H,W,K], `numbers` [N,1,1,K]. */
export function labelMask(planes: Tensor, numbers: Tensor): Tensor {
  return sum(multiply(planes, select(subtract(numbers, 0.5), 1, 0)), [3]);
}

/** How many random numbers a rectangle takes. */
export const RECTANGLE_NUMBERS = 4;

/**
 * CutMix (Yun et al. 2019, arXiv:1905.04899, section 3.2), in either direction as by Schönfeld et al. 2020 (arXiv:2002.12655,
 * section 3.2): a rectangle of the image's proportions, of any area and with its centre anywhere; `numbers` are [N,1,1,4].
 */
export function rectangleMask(numbers: Tensor, height: number, width: number): Tensor {
  const [area, down, across, direction] = [0, 1, 2, 3].map(i =>
    slice(numbers, [0, 0, 0, i], [numbers.shape[0]!, 1, 1, 1]),
  ) as [Tensor, Tensor, Tensor, Tensor];
  const half = multiply(sqrt(area), 0.5);
  const within = (places: Tensor, center: Tensor) =>
    select(subtract(half, abs(subtract(places, center))), 1, 0);
  const rows = constant(middles(height), [1, height, 1, 1]);
  const columns = constant(middles(width), [1, 1, width, 1]);
  const inside = multiply(within(rows, down), within(columns, across));
  return abs(subtract(inside, select(subtract(direction, 0.5), 1, 0)));
}

/** Where the pixels of a line are, from 0 to 1. */
function middles(length: number): number[] {
  return Array.from({ length }, (_, i) => (i + 0.5) / length);
}

/**
 * How far the logits [N,h,w,C] of a mixed image are from the mixed logits (Sushko et al. 2021, eq. 5), a scalar.
 * @param mask of the images, at their size; a coarser pixel is weighted by the share of each image in it.
 */
export function mixConsistency(mask: Tensor, onMixed: Tensor, onReal: Tensor, onFake: Tensor): Tensor {
  return meanSquaredError(onMixed, interpolate(onReal, onFake, averagePoolTo(mask, onMixed.shape)));
}
