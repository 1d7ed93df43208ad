import { concat, leakyRelu, relu, type Tensor, withScope } from '../../graph/index.ts';
import { heNormal } from '../../nn/initializers.ts';
import { conv, convTranspose, type Mode } from '../../nn/layers.ts';
import { normalize, paperBatchNorm } from '../../nn/norms.ts';
import type { Variables } from '../../nn/variables.ts';

const LEVELS = 5;
const FILTERS = 24;

/** The sides of pictures must be multiples of this. */
export const readerMultiple = 2 ** LEVELS;

/**
 * Segments photos into label classes: photos [N,H,W,3] on [−1, 1] → logits [N,H,W,classes]. A small U-Net (Ronneberger
 * et al. 2015, arXiv:1505.04597) with the strided convolutions of Isola et al.
 */
export function readerNetwork(variables: Variables, photos: Tensor, classes: number, mode: Mode): Tensor {
  const filtersAt = (level: number) => FILTERS * Math.min(2 ** (level - 1), 8);
  const initializer = heNormal;
  const down = (x: Tensor, level: number): Tensor =>
    withScope(`down${level}`, () => {
      const y = conv(variables, x, {
        filters: filtersAt(level),
        stride: 2,
        padding: 1,
        bias: false,
        initializer,
      });
      return leakyRelu(normalize(variables, y, 'batch', paperBatchNorm, mode), 0.2);
    });
  const up = (x: Tensor, level: number): Tensor =>
    withScope(`up${level}`, () => {
      const y = convTranspose(variables, x, { filters: filtersAt(level), bias: false, initializer });
      return relu(normalize(variables, y, 'batch', paperBatchNorm, mode));
    });
  return withScope('reader', () => {
    const encoded = [down(photos, 1)];
    for (let level = 2; level <= LEVELS; level++) encoded.push(down(encoded.at(-1)!, level));
    let x = encoded.pop()!;
    for (let level = LEVELS - 1; level >= 1; level--) x = concat([up(x, level), encoded.pop()!], 3);
    return withScope('output', () =>
      convTranspose(variables, x, { filters: classes, bias: true, initializer }),
    );
  });
}
