import { concat, leakyRelu, relu, type Tensor, tanh, upsample2d, withScope } from '../graph/index.ts';
import { conv, dropout, type Mode } from '../nn/layers.ts';
import { kerasBatchNorm, normalize } from '../nn/norms.ts';
import type { Variables } from '../nn/variables.ts';
import type { GeneratorOptions } from './network.ts';

/**
 * The U-Net generator of the article "Pix2Pix Unleashed", in the order in which its code stacks the layers:
 * condition [N,H,W,Cin] → image [N,H,W,Cout] in (−1, 1).
 * With 7 levels and 64 filters at 256×256 it has 41,834,499 trainable parameters.
 */
export function articleGenerator(
  variables: Variables,
  condition: Tensor,
  options: GeneratorOptions,
  mode: Mode,
): Tensor {
  const { filters, levels, norm, initializer } = options;
  const convolution = { padding: 'same', bias: true, initializer } as const;
  const filtersAt = (level: number) => filters * Math.min(2 ** (level - 1), 8);

  const down = (x: Tensor, level: number): Tensor =>
    withScope(`down${level}`, () => {
      const y = leakyRelu(conv(variables, x, { ...convolution, filters: filtersAt(level), stride: 2 }), 0.2);
      return level === 1 ? y : normalize(variables, y, norm, kerasBatchNorm, mode);
    });

  const up = (x: Tensor, skip: Tensor, block: number): Tensor =>
    withScope(`up${block}`, () => {
      const y = relu(
        conv(variables, upsample2d(x), { ...convolution, filters: skip.shape.at(-1)!, stride: 1 }),
      );
      // u1–u3 of the article's six blocks: all but the last three
      const dropped = block < levels - 3 ? dropout(variables, y, options.dropout, mode) : y;
      const decoded = normalize(variables, dropped, norm, kerasBatchNorm, mode);
      return options.skips ? concat([decoded, skip], 3) : decoded;
    });

  return withScope('G', () => {
    const encoded = [down(condition, 1)];
    for (let level = 2; level <= levels; level++) encoded.push(down(encoded.at(-1)!, level));
    let x = encoded.pop()!;
    for (let block = 1; block < levels; block++) x = up(x, encoded.pop()!, block);
    return withScope('output', () =>
      tanh(conv(variables, upsample2d(x), { ...convolution, filters: options.outputChannels, stride: 1 })),
    );
  });
}
