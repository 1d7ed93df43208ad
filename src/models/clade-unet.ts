import { concat, leakyRelu, type Tensor, tanh, withScope } from '../graph/index.ts';
import { clade } from '../nn/clade.ts';
import { conv, enlarge, type Mode } from '../nn/layers.ts';
import { normalize, paperBatchNorm } from '../nn/norms.ts';
import type { Variables } from '../nn/variables.ts';
import type { GeneratorOptions } from './network.ts';

/**
 * A U-Net whose decoder is normalised per label (CLADE, Tan et al. 2020, arXiv:2004.02867) at every size up to the
 * image's own: label planes, or any other condition, [N,H,W,K] → image [N,H,W,Cout] in (−1, 1). The norm sees the
 * condition pixel by pixel, so that edges stay sharp. At full size it has half as many filters
 * as the first layer; the outermost and innermost encoder layers have no norm.
 */
export function cladeUnet(
  variables: Variables,
  planes: Tensor,
  { filters, levels, norm, upsampling, skips, outputChannels, initializer }: GeneratorOptions,
  mode: Mode,
): Tensor {
  const filtersAt = (level: number) => filters * Math.min(2 ** (level - 1), 8);

  const down = (x: Tensor, level: number): Tensor =>
    withScope(`down${level}`, () => {
      const isEnd = level === 1 || level === levels;
      const convolution = { stride: 2, padding: 1, bias: isEnd || norm === 'none', initializer };
      const y = conv(variables, x, { ...convolution, filters: filtersAt(level) });
      return leakyRelu(isEnd ? y : normalize(variables, y, norm, paperBatchNorm, mode), 0.2);
    });

  const up = (x: Tensor, level: number, width: number): Tensor =>
    withScope(`up${level}`, () => {
      const y = enlarge(variables, x, upsampling, { filters: width, bias: false, initializer });
      return leakyRelu(clade(variables, y, planes, paperBatchNorm.epsilon), 0.2);
    });

  return withScope('G', () => {
    const encoded = [down(planes, 1)];
    for (let level = 2; level <= levels; level++) encoded.push(down(encoded.at(-1)!, level));
    let x = encoded.pop()!;
    for (let level = levels - 1; level >= 1; level--) {
      const y = up(x, level, filtersAt(level));
      x = skips ? concat([y, encoded[level - 1]!], 3) : y;
    }
    x = up(x, 0, Math.max(filters >> 1, 1));
    const output = { filters: outputChannels, kernelSize: 3, stride: 1, padding: 1, bias: true, initializer };
    return withScope('output', () => tanh(conv(variables, x, output)));
  });
}
