import {
  add,
  divide,
  multiply,
  reshape,
  select,
  sqrt,
  square,
  subtract,
  sum,
  type Tensor,
} from '../graph/index.ts';
import type { OptimizerOptions } from './optimizers.ts';

/** A variable in an update: its value, its gradient and what the optimiser remembers, all of one shape. */
export interface Updated {
  readonly weight: Tensor;
  readonly gradient: Tensor;
  readonly first: Tensor;
  readonly second: Tensor;
}

/** Numbers that change from step to step, scalars; which of them count depends on the optimiser. */
export interface Rates {
  readonly rate: Tensor;
  readonly epsilon: Tensor;
  /** Share of a weight that adamw takes away. */
  readonly pull: Tensor;
}

type Memory = Pick<Updated, 'weight' | 'first' | 'second'>;
type GraphUpdate = (updated: Updated, rates: Rates, options: OptimizerOptions) => Memory;

const adam: GraphUpdate = ({ weight, gradient, first, second }, { rate, epsilon }, { beta1, beta2 }) => {
  const mean = add(multiply(first, beta1), multiply(gradient, 1 - beta1));
  const variance = add(multiply(second, beta2), multiply(square(gradient), 1 - beta2));
  const step = divide(multiply(mean, rate), add(sqrt(variance), epsilon));
  return { weight: subtract(weight, step), first: mean, second: variance };
};

/** The optimisers of `optimizers.ts` as graph, by the same names, for devices where the weights stay. */
export const graphUpdates = {
  adam,
  adamw: ({ weight, ...others }, rates, options) =>
    adam({ ...others, weight: subtract(weight, multiply(weight, rates.pull)) }, rates, options),
  sgd: ({ weight, gradient, first, second }, { rate }, { momentum, weightDecay }) => {
    const pulled = weightDecay === 0 ? gradient : add(gradient, multiply(weight, weightDecay));
    const velocity = add(multiply(first, momentum), pulled);
    return { weight: subtract(weight, multiply(velocity, rate)), first: velocity, second };
  },
} as const satisfies Record<string, GraphUpdate>;

/** Added to the norm, as PyTorch does, so that clipping never divides by 0. */
const SMALLEST_NORM = 1e-6;

/** Gradients scaled down so that their common Euclidean norm is at most `limit` (Pascanu et al. 2013). */
export function clippedByNorm(gradients: readonly Tensor[], limit: number): Tensor[] {
  const norm = sqrt(gradients.map(sumOfSquares).reduce(add));
  const factor = divide(limit, add(norm, SMALLEST_NORM));
  const atMostOne = select(subtract(1, factor), factor, 1);
  return gradients.map(gradient => multiply(gradient, atMostOne));
}

/** Σ x², a scalar. */
export function sumOfSquares(x: Tensor): Tensor {
  const axes = x.shape.map((_, axis) => axis);
  return reshape(sum(square(x), axes), []);
}
