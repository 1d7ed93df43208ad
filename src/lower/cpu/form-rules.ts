import type { Tensor } from '../../graph/index.ts';
import type { Emitter, Segment } from '../emitter.ts';
import type { Geometry } from './windows.ts';

/** How a form computes each pass of a convolution. If x is upsampled, x and g are its low-resolution ones. */
export interface FormRules {
  /** y [N,h,w,O] (+ bias [O]). */
  forward(emit: Emitter, x: Tensor, kernel: Tensor, g: Geometry, bias?: string): string;
  /** The kernel's gradient, in parts that fill the array [kh,kw,C,O]. */
  kernel(emit: Emitter, x: Tensor, y: Tensor, g: Geometry): readonly Segment[];
  /** x's cotangent [N,H,W,C]. */
  input(emit: Emitter, y: Tensor, kernel: Tensor, g: Geometry): string;
}
