import { add, relu, type Tensor, tanh, withScope } from '../graph/index.ts';
import { type ConvOptions, conv, dropout, enlarge, type Mode } from '../nn/layers.ts';
import { normalise } from '../nn/norms.ts';
import { reflectPad } from '../nn/resample.ts';
import type { Variables } from '../nn/variables.ts';
import type { GeneratorOptions } from './generators.ts';
import { paperBatchNorm } from './paper.ts';

/**
 * The ResNet generator of Johnson et al. 2016 (arXiv:1603.08155) as CycleGAN has it (Zhu et al. 2017,
 * arXiv:1703.10593, section 7.2): condition [N,H,W,Cin] → image [N,H,W,Cout] in (−1, 1).
 * A 7×7 convolution, halvings that double the filters, residual blocks, and the way back; borders are reflected.
 * With four levels it is the global generator of Pix2PixHD (Wang et al. 2018, arXiv:1711.11585, section 3.1).
 */
export function resnet(
  variables: Variables,
  condition: Tensor,
  options: GeneratorOptions,
  mode: Mode,
): Tensor {
  const { filters, levels, blocks, norm, upsampling, initializer } = options;
  const bias = norm === 'none';

  const even = (y: Tensor): Tensor => normalise(variables, y, norm, paperBatchNorm, mode);
  const reflected = (x: Tensor, kernelSize: number, filters: number, more?: Partial<ConvOptions>): Tensor =>
    conv(variables, reflectPad(x, (kernelSize - 1) / 2), {
      filters,
      kernelSize,
      stride: 1,
      padding: 0,
      bias,
      initializer,
      ...more,
    });

  const down = (x: Tensor, level: number): Tensor =>
    withScope(`down${level}`, () => {
      const geometry = { kernelSize: 3, stride: 2, padding: 1 };
      const y = conv(variables, x, { ...geometry, filters: filters * 2 ** level, bias, initializer });
      return relu(even(y));
    });

  const residual = (x: Tensor, block: number): Tensor =>
    withScope(`block${block}`, () => {
      const width = x.shape.at(-1)!;
      const first = withScope('first', () => relu(even(reflected(x, 3, width))));
      const noisy = dropout(variables, first, options.dropout, mode);
      return add(
        x,
        withScope('second', () => even(reflected(noisy, 3, width))),
      );
    });

  const up = (x: Tensor, block: number): Tensor =>
    withScope(`up${block}`, () => {
      const width = filters * 2 ** (levels - block);
      return relu(
        even(enlarge(variables, x, upsampling, { filters: width, kernelSize: 3, bias, initializer })),
      );
    });

  return withScope('G', () => {
    let x = withScope('input', () => relu(even(reflected(condition, 7, filters))));
    for (let level = 1; level <= levels; level++) x = down(x, level);
    for (let block = 1; block <= blocks; block++) x = residual(x, block);
    for (let block = 1; block <= levels; block++) x = up(x, block);
    return withScope('output', () => tanh(reflected(x, 7, options.outputChannels, { bias: true })));
  });
}
