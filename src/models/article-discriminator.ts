import { concat, leakyRelu, type Tensor, withScope } from '../graph/index.ts';
import { glorotUniform } from '../nn/initializers.ts';
import { batchNorm, conv, kerasBatchNorm, type Mode } from '../nn/layers.ts';
import type { Variables } from '../nn/variables.ts';

/**
 * The PatchGAN discriminator of the article "Pix2Pix Unleashed":
 * image [N,H,W,C] and condition [N,H,W,C'] → logits [N,H/16,W/16,1], one per patch.
 * The article's sigmoid is left to the loss, which is best computed on logits.
 * With 64 filters and two RGB images it has 2,769,601 trainable parameters.
 */
export function articleDiscriminator(
  variables: Variables,
  image: Tensor,
  condition: Tensor,
  options: { readonly filters: number },
  mode: Mode,
): Tensor {
  const down = (x: Tensor, level: number): Tensor =>
    withScope(`down${level}`, () => {
      const filters = options.filters * 2 ** (level - 1);
      const y = leakyRelu(conv(variables, x, { ...convolution, filters, stride: 2 }), 0.2);
      return level === 1 ? y : batchNorm(variables, y, kerasBatchNorm, mode);
    });

  return withScope('D', () => {
    let x = concat([image, condition], 3);
    for (let level = 1; level <= 4; level++) x = down(x, level);
    return withScope('output', () => conv(variables, x, { ...convolution, filters: 1, stride: 1 }));
  });
}

const convolution = { padding: 'same', bias: true, initializer: glorotUniform } as const;
