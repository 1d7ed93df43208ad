import { concat, reverse, slice } from '../ops/shape.ts';
import type { Tensor } from '../tensor.ts';
import { composite } from './composite.ts';

/**
 * Reflection padding: surrounds images by their mirror image, without repeating the border pixels;
 * [N,H,W,C] → [N,H+2·width,W+2·width,C]. Throws an Error where height or width is not larger than `width`.
 */
export function reflectPad(x: Tensor, width: number): Tensor {
  if (width === 0) return x;
  return composite('reflectPad', [x], { width }, reflectAxis(reflectAxis(x, 1, width), 2, width));
}

function reflectAxis(x: Tensor, axis: number, width: number): Tensor {
  const length = x.shape[axis]!;
  if (length <= width) throw new Error(`Cannot reflect ${width} pixels along an axis of ${length}`);
  const strip = (first: number) =>
    reverse(
      slice(
        x,
        x.shape.map((_, i) => (i === axis ? first : 0)),
        x.shape.map((size, i) => (i === axis ? width : size)),
      ),
      axis,
    );
  return concat([strip(1), x, strip(length - 1 - width)], axis);
}
