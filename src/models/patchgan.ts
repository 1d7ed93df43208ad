import { concat, leakyRelu, type Tensor, withScope } from '../graph/index.ts';
import { batchNorm, conv, type Mode } from '../nn/layers.ts';
import type { Variables } from '../nn/variables.ts';
import { paperBatchNorm, paperKernels } from './paper.ts';

/**
 * The 70×70 PatchGAN of Isola et al. 2017 (arXiv:1611.07004, section 6.1.2):
 * image [N,H,W,C] and condition [N,H,W,C'] → logits, one per overlapping 70×70 patch (30×30 at 256×256).
 */
export function patchgan(
  variables: Variables,
  image: Tensor,
  condition: Tensor,
  options: { readonly filters: number },
  mode: Mode,
): Tensor {
  const convolution = { padding: 1, initializer: paperKernels } as const;

  return withScope('D', () => {
    let x = concat([condition, image], 3);
    for (let level = 1; level <= 4; level++) {
      x = withScope(`down${level}`, () => {
        const y = conv(variables, x, {
          ...convolution,
          filters: options.filters * 2 ** (level - 1),
          stride: level === 4 ? 1 : 2,
          bias: level === 1,
        });
        return leakyRelu(level === 1 ? y : batchNorm(variables, y, paperBatchNorm, mode), 0.2);
      });
    }
    return withScope('output', () =>
      conv(variables, x, { ...convolution, filters: 1, stride: 1, bias: true }),
    );
  });
}
