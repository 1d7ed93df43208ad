import { concat, leakyRelu, type Tensor, withScope } from '../graph/index.ts';
import { conv, type Mode } from '../nn/layers.ts';
import { kerasBatchNorm, normalize } from '../nn/norms.ts';
import type { Variables } from '../nn/variables.ts';
import type { DiscriminatorOptions, Judgement } from './network.ts';

/**
 * The PatchGAN discriminator of the article "Pix2Pix Unleashed":
 * image [N,H,W,C] and condition [N,H,W,C'] → logits [N,H/16,W/16,1], one per patch.
 * The article's sigmoid is part of the loss here, which is more precise when computed from logits.
 * With its 4 layers, 64 filters and two RGB images it has 2,769,601 trainable parameters.
 */
export function articleDiscriminator(
  variables: Variables,
  image: Tensor,
  condition: Tensor | null,
  { filters, layers, norm, blur, initializer }: DiscriminatorOptions,
  mode: Mode,
): Judgement {
  const convolution = { padding: 'same', bias: true, initializer, spectral: norm === 'spectral' } as const;
  const features: Tensor[] = [];

  let x = condition ? concat([image, condition], 3) : image;
  for (let level = 1; level <= layers; level++) {
    x = withScope(`down${level}`, () => {
      const width = filters * 2 ** (level - 1);
      const options = { ...convolution, filters: width, stride: 2, blur: blur && level > 1 };
      const y = leakyRelu(conv(variables, x, options), 0.2);
      return level === 1 ? y : normalize(variables, y, norm, kerasBatchNorm, mode);
    });
    features.push(x);
  }
  const logits = withScope('output', () => conv(variables, x, { ...convolution, filters: 1, stride: 1 }));
  return { logits, features };
}
