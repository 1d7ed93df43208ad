import { concat, leakyRelu, relu, type Tensor, tanh, withScope } from '../graph/index.ts';
import { conv, dropout, enlarge, type Mode } from '../nn/layers.ts';
import { normalize, paperBatchNorm } from '../nn/norms.ts';
import type { Variables } from '../nn/variables.ts';
import type { GeneratorOptions } from './network.ts';

/**
 * The U-Net generator of Isola et al. 2017 (arXiv:1611.07004, section 6.1.1):
 * condition [N,H,W,Cin] → image [N,H,W,Cout] in (−1, 1).
 * Activations come before convolutions, the outermost and innermost encoder layers have no norm,
 * and dropout in the inner decoder is the generator's only noise. Without skips it is the paper's encoder–decoder.
 */
export function unet(variables: Variables, condition: Tensor, options: GeneratorOptions, mode: Mode): Tensor {
  const { filters, levels, norm, upsampling, initializer } = options;
  const filtersAt = (level: number) => filters * Math.min(2 ** (level - 1), 8);
  // A norm cancels the bias in front of it; with batch norm the authors have a bias in the last layer only.
  const [endBias, innerBias] = [{ bias: norm !== 'batch' }, { bias: norm === 'none' }];

  const down = (x: Tensor, level: number): Tensor =>
    withScope(`down${level}`, () => {
      const isEnd = level === 1 || level === levels;
      const y = conv(variables, level === 1 ? x : leakyRelu(x, 0.2), {
        filters: filtersAt(level),
        stride: 2,
        padding: 1,
        initializer,
        ...(isEnd ? endBias : innerBias),
      });
      return isEnd ? y : normalize(variables, y, norm, paperBatchNorm, mode);
    });

  const up = (x: Tensor, skip: Tensor, block: number): Tensor =>
    withScope(`up${block}`, () => {
      const y = enlarge(variables, relu(x), upsampling, {
        filters: skip.shape.at(-1)!,
        initializer,
        ...innerBias,
      });
      const normed = normalize(variables, y, norm, paperBatchNorm, mode);
      // In the three blocks after the innermost at 8 levels, as in the authors' PyTorch code.
      const hasDropout = block > 1 && block <= levels - 4;
      const decoded = hasDropout ? dropout(variables, normed, options.dropout, mode) : normed;
      return options.skips ? concat([skip, decoded], 3) : decoded;
    });

  return withScope('G', () => {
    const encoded = [down(condition, 1)];
    for (let level = 2; level <= levels; level++) encoded.push(down(encoded.at(-1)!, level));
    let x = encoded.pop()!;
    for (let block = 1; block < levels; block++) x = up(x, encoded.pop()!, block);
    return withScope('output', () =>
      tanh(
        enlarge(variables, relu(x), upsampling, {
          filters: options.outputChannels,
          bias: true,
          initializer,
        }),
      ),
    );
  });
}
