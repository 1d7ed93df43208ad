import { concat, leakyRelu, type Tensor, upsample2d, withScope } from '../graph/index.ts';
import { conv, type Mode } from '../nn/layers.ts';
import { normalize, paperBatchNorm } from '../nn/norms.ts';
import type { Variables } from '../nn/variables.ts';
import type { DiscriminatorOptions, Judgement } from './network.ts';

/**
 * A U-Net that judges each pixel, as in OASIS (Sushko et al. 2021, arXiv:2012.04781): image [N,H,W,C] and, if any, condition
 * [N,H,W,C'] → logits [N,H/2,W/2,classes]. Strided 4×4 convolutions, then nearest-neighbour upsamplings
 * with 3×3 convolutions, each concatenated with the encoder's layer of that size. Its features are the encoder's.
 */
export function segmentationDiscriminator(
  variables: Variables,
  image: Tensor,
  condition: Tensor | null,
  { filters, layers, norm, blur, initializer, classes }: DiscriminatorOptions,
  mode: Mode,
): Judgement {
  const filtersAt = (level: number) => filters * Math.min(2 ** (level - 1), 8);
  const convolution = { padding: 1, bias: true, initializer, spectral: norm === 'spectral' };
  const normAct = (y: Tensor) => leakyRelu(normalize(variables, y, norm, paperBatchNorm, mode), 0.2);

  let x = condition ? concat([condition, image], 3) : image;
  const features: Tensor[] = [];
  for (let level = 1; level <= layers; level++) {
    x = withScope(`down${level}`, () => {
      const options = { ...convolution, filters: filtersAt(level), stride: 2, blur: blur && level > 1 };
      const y = conv(variables, x, options);
      return level === 1 ? leakyRelu(y, 0.2) : normAct(y);
    });
    features.push(x);
  }
  for (let level = layers - 1; level >= 1; level--) {
    x = withScope(`up${level}`, () => {
      const options = { ...convolution, filters: filtersAt(level), kernelSize: 3, stride: 1 };
      return concat([normAct(conv(variables, upsample2d(x), options)), features[level - 1]!], 3);
    });
  }
  const head = { filters: classes, kernelSize: 1, stride: 1, padding: 0, bias: true, initializer };
  return { logits: withScope('output', () => conv(variables, x, head)), features };
}
