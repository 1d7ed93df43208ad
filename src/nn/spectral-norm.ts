import { elements } from '../core/shape.ts';
import {
  add,
  conv2d,
  conv2dKernel,
  divide,
  reshape,
  sqrt,
  square,
  sum,
  type Tensor,
} from '../graph/index.ts';
import type { Initializer } from './initializers.ts';
import type { Variables } from './variables.ts';

/** Keeps the direction of a kernel of zeros finite. */
const SMALLEST_SQUARE = 1e-12;

const randomDirection: Initializer = (shape, random) => {
  const vector = new Float32Array(elements(shape)).map(() => random.normal());
  const norm = Math.hypot(...vector);
  return vector.map(value => value / norm);
};

/**
 * The largest singular value of a kernel [kh,kw,C,O] seen as the matrix W [kh·kw·C, O], a scalar: by one step of power
 * iteration from the direction u [O] that the previous step left (Miyato et al. 2018, arXiv:1802.05957, algorithm 1).
 * σ = ‖W·u‖, whose derivative by W is v·uᵀ with v = W·u / σ; the next u is Wᵀ·v, normalised. In a pass that applies the
 * network twice, the second u depends on W, and the gradient includes that; PyTorch's holds every u constant.
 */
export function spectralNorm(variables: Variables, kernel: Tensor): Tensor {
  const outputs = kernel.shape.at(-1)!;
  const rows = elements(kernel.shape) / outputs;
  const product = { stride: 1, padding: [0, 0, 0, 0] };
  const u = variables.state('direction', [outputs], randomDirection);
  // A 1×1 convolution over rows is a matrix product.
  const matrix = reshape(kernel, [1, rows, 1, outputs]);
  const wu = conv2d(matrix, reshape(u, [1, 1, outputs, 1]), product);
  const sigma = norm(wu, [1]);
  const wtv = conv2dKernel(matrix, divide(wu, sigma), [1, 1, outputs, 1], product);
  variables.update('direction', reshape(divide(wtv, norm(wtv, [2])), [outputs]));
  return reshape(sigma, []);
}

function norm(x: Tensor, axes: readonly number[]): Tensor {
  return sqrt(add(sum(square(x), axes), SMALLEST_SQUARE));
}
