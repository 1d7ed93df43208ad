import { add, reflectPad, relu, type Tensor, tanh, withScope } from '../graph/index.ts';
import { type ConvOptions, conv, dropout, enlarge, type Mode } from '../nn/layers.ts';
import { normalize, paperBatchNorm } from '../nn/norms.ts';
import type { Variables } from '../nn/variables.ts';
import type { GeneratorOptions } from './network.ts';

/**
 * The ResNet generator of Johnson et al. 2016 (arXiv:1603.08155) as CycleGAN has it (Zhu et al. 2017,
 * arXiv:1703.10593, section 7.2): condition [N,H,W,Cin] → image [N,H,W,Cout] in (−1, 1).
 * A 7×7 convolution, downsamplings that double the filters, residual blocks, upsamplings, and a 7×7 convolution, with
 * reflection padding.
 * With four levels it is the global generator of Pix2PixHD (Wang et al. 2018, arXiv:1711.11585, section 3.1).
 */
export function resnet(
  variables: Variables,
  condition: Tensor,
  options: GeneratorOptions,
  mode: Mode,
): Tensor {
  return withScope('G', () => {
    const features = resnetFeatures(variables, condition, options, mode);
    return residualLayers(variables, options, mode).output(features);
  });
}

/** {@link resnet} without its output layer: condition [N,H,W,Cin] → features [N,H,W,filters]. */
export function resnetFeatures(
  variables: Variables,
  condition: Tensor,
  options: GeneratorOptions,
  mode: Mode,
): Tensor {
  const { filters, levels, blocks } = options;
  const layers = residualLayers(variables, options, mode);
  let x = layers.input(condition, filters);
  for (let level = 1; level <= levels; level++) x = layers.down(`down${level}`, x);
  for (let block = 1; block <= blocks; block++) x = layers.residual(`block${block}`, x);
  for (let block = 1; block <= levels; block++) x = layers.up(`up${block}`, x);
  return x;
}

/** The layers that ResNet generators are made of, each in a scope of its own. */
export function residualLayers(variables: Variables, options: GeneratorOptions, mode: Mode) {
  const { norm, upsampling, initializer } = options;
  const bias = norm === 'none';

  const normed = (y: Tensor): Tensor => normalize(variables, y, norm, paperBatchNorm, mode);
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

  return {
    /** 7×7, [N,H,W,C] → [N,H,W,filters]. */
    input: (x: Tensor, filters: number): Tensor =>
      withScope('input', () => relu(normed(reflected(x, 7, filters)))),

    /** [N,H,W,C] → [N,H/2,W/2,2C]. */
    down: (scope: string, x: Tensor): Tensor =>
      withScope(scope, () => {
        const geometry = { kernelSize: 3, stride: 2, padding: 1 };
        const filters = 2 * x.shape.at(-1)!;
        return relu(normed(conv(variables, x, { ...geometry, filters, bias, initializer })));
      }),

    /** A residual block of two 3×3 convolutions, [N,H,W,C] → the same shape. */
    residual: (scope: string, x: Tensor): Tensor =>
      withScope(scope, () => {
        const width = x.shape.at(-1)!;
        const first = withScope('first', () => relu(normed(reflected(x, 3, width))));
        const dropped = dropout(variables, first, options.dropout, mode);
        return add(
          x,
          withScope('second', () => normed(reflected(dropped, 3, width))),
        );
      }),

    /** [N,H,W,C] → [N,2H,2W,C/2]. */
    up: (scope: string, x: Tensor): Tensor =>
      withScope(scope, () => {
        const filters = x.shape.at(-1)! / 2;
        return relu(normed(enlarge(variables, x, upsampling, { filters, kernelSize: 3, bias, initializer })));
      }),

    /** 7×7, [N,H,W,C] → image [N,H,W,Cout] in (−1, 1). */
    output: (x: Tensor): Tensor =>
      withScope('output', () => tanh(reflected(x, 7, options.outputChannels, { bias: true }))),
  };
}
