import { concat, leakyRelu, type Tensor, withScope } from '../graph/index.ts';
import { conv, type Mode } from '../nn/layers.ts';
import { normalize, paperBatchNorm } from '../nn/norms.ts';
import type { Variables } from '../nn/variables.ts';
import type { DiscriminatorOptions, Judgement } from './network.ts';

/**
 * The PatchGAN of Isola et al. 2017 (arXiv:1611.07004, section 6.1.2): image [N,H,W,C] and condition [N,H,W,C'] → logits,
 * one per overlapping patch. The number of strided layers decides the size of patches: 0 gives single pixels, 1 16×16, 3
 * the paper's 70×70 (30×30 of them at 256×256), and 5 286×286, the whole of a 256×256 image.
 */
export function patchgan(
  variables: Variables,
  image: Tensor,
  condition: Tensor | null,
  { filters, layers, norm, blur, initializer }: DiscriminatorOptions,
  mode: Mode,
): Judgement {
  const window = layers === 0 ? { kernelSize: 1, padding: 0 } : { kernelSize: 4, padding: 1 };
  const convolution = { ...window, initializer, spectral: norm === 'spectral' };
  const features: Tensor[] = [];

  let x = condition ? concat([condition, image], 3) : image;
  for (let level = 1; level <= Math.max(layers, 1) + 1; level++) {
    x = withScope(`down${level}`, () => {
      const strided = level <= layers;
      const y = conv(variables, x, {
        ...convolution,
        filters: filters * Math.min(2 ** (level - 1), 8),
        stride: strided ? 2 : 1,
        blur: blur && strided && level > 1,
        bias: level === 1 || norm === 'none' || norm === 'spectral',
      });
      return leakyRelu(level === 1 ? y : normalize(variables, y, norm, paperBatchNorm, mode), 0.2);
    });
    features.push(x);
  }
  const logits = withScope('output', () =>
    conv(variables, x, { ...convolution, filters: 1, stride: 1, bias: true }),
  );
  return { logits, features };
}
