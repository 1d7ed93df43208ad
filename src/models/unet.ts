import { concat, leakyRelu, relu, type Tensor, tanh, withScope } from '../graph/index.ts';
import { batchNorm, conv, convTranspose, dropout, type Mode } from '../nn/layers.ts';
import type { Variables } from '../nn/variables.ts';
import type { GeneratorOptions } from './generators.ts';
import { paperBatchNorm, paperKernels } from './paper.ts';

/**
 * The U-Net generator of Isola et al. 2017 (arXiv:1611.07004, section 6.1.1):
 * condition [N,H,W,Cin] → image [N,H,W,Cout] in (−1, 1).
 * Activations come before convolutions, the outermost and innermost encoder layers have no batch norm,
 * and dropout in the inner decoder is the generator's only noise.
 */
export function unet(variables: Variables, condition: Tensor, options: GeneratorOptions, mode: Mode): Tensor {
  const { filters, levels } = options;
  const filtersAt = (level: number) => filters * Math.min(2 ** (level - 1), 8);

  const down = (x: Tensor, level: number): Tensor =>
    withScope(`down${level}`, () => {
      const y = conv(variables, level === 1 ? x : leakyRelu(x, 0.2), {
        filters: filtersAt(level),
        stride: 2,
        padding: 1,
        bias: false,
        initializer: paperKernels,
      });
      return level === 1 || level === levels ? y : batchNorm(variables, y, paperBatchNorm, mode);
    });

  const up = (x: Tensor, skip: Tensor, block: number): Tensor =>
    withScope(`up${block}`, () => {
      const y = convTranspose(variables, relu(x), {
        filters: skip.shape.at(-1)!,
        bias: false,
        initializer: paperKernels,
      });
      const normed = batchNorm(variables, y, paperBatchNorm, mode);
      const noisy = block > 1 && block <= levels - 4;
      return concat([skip, noisy ? dropout(variables, normed, options.dropout, mode) : normed], 3);
    });

  return withScope('G', () => {
    const encoded = [down(condition, 1)];
    for (let level = 2; level <= levels; level++) encoded.push(down(encoded.at(-1)!, level));
    let x = encoded.pop()!;
    for (let block = 1; block < levels; block++) x = up(x, encoded.pop()!, block);
    return withScope('output', () =>
      tanh(
        convTranspose(variables, relu(x), {
          filters: options.outputChannels,
          bias: true,
          initializer: paperKernels,
        }),
      ),
    );
  });
}
