import { showShape } from '../core/shape.ts';
import { multiply, sumPool2d, type Tensor } from '../graph/index.ts';

/** Halves images, by averaging 2×2 blocks, until they have the height and width of `shape`: [N,H,W,C] → [N,h,w,C]. */
export function averagedTo(x: Tensor, shape: readonly number[]): Tensor {
  let mean = x;
  while (mean.shape[1]! > shape[1]!) mean = multiply(sumPool2d(mean), 1 / 4);
  if (mean.shape[1] === shape[1] && mean.shape[2] === shape[2]) return mean;
  throw new Error(`Cannot halve ${showShape(x.shape)} to the size of ${showShape(shape)}`);
}
