import { add, multiply, type Tensor, withScope } from '../graph/index.ts';
import { heNormal } from './initializers.ts';
import { averagePoolTo, conv } from './layers.ts';
import { instanceNorm } from './norms.ts';
import type { Variables } from './variables.ts';

/**
 * Class-adaptive normalisation (Tan et al. 2020, arXiv:2004.02867): instance norm, then each pixel's scale and shift by the
 * labels there, IN(x) · (1 + γ(planes)) + β(planes), with γ and β linear; x [N,h,w,C] → the same shape. Labels start
 * with scales and shifts far apart, which learning alone would take hundreds of steps to tell apart.
 * @param planes one per label, [N,H,W,K] with H/h a power of 2; a coarser pixel is weighted by the share of each label in it.
 * @param epsilon added to the variance.
 */
export function clade(variables: Variables, x: Tensor, planes: Tensor, epsilon: number): Tensor {
  return withScope('clade', () => {
    const labels = averagePoolTo(planes, x.shape);
    const pointwise = { kernelSize: 1, stride: 1, padding: 0, bias: true, initializer: heNormal };
    const byLabel = (name: string) =>
      withScope(name, () => conv(variables, labels, { ...pointwise, filters: x.shape.at(-1)! }));
    return add(multiply(instanceNorm(x, epsilon), add(byLabel('gamma'), 1)), byLabel('beta'));
  });
}
