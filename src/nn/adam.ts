import { add, divide, multiply, sqrt, square, subtract, type Tensor } from '../graph/index.ts';
import { adamWasm } from './kernels/adam.wasm.ts';

/** Where ε is added: to √v before or after its bias correction. */
export const adamForms = ['keras', 'pytorch'] as const;

export interface AdamOptions {
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  readonly form: (typeof adamForms)[number];
}

/** The bias-corrected step size α and ε̂ of a step. */
export interface AdamScalars<Value> {
  readonly rate: Value;
  readonly epsilon: Value;
}

/**
 * The scalars of a step, counted from 1, of Adam (Kingma & Ba 2015, arXiv:1412.6980, end of section 2):
 * θ ← θ − α·m / (√v + ε̂) with α = lr·√(1−β2ᵗ) / (1−β1ᵗ), and ε̂ = ε (Keras) or ε·√(1−β2ᵗ) (PyTorch).
 */
export function adamRates(
  { beta1, beta2, epsilon, form }: AdamOptions,
  step: number,
  learningRate: number,
): AdamScalars<number> {
  const correction = Math.sqrt(1 - beta2 ** step);
  return {
    rate: (learningRate * correction) / (1 - beta1 ** step),
    epsilon: form === 'keras' ? epsilon : epsilon * correction,
  };
}

/** Consecutive float32 values in one WebAssembly memory; positions in bytes, `count` in values. */
export interface AdamBuffers {
  readonly weights: number;
  readonly gradients: number;
  readonly firstMoments: number;
  readonly secondMoments: number;
  readonly count: number;
}

type Betas = Pick<AdamOptions, 'beta1' | 'beta2'>;

/** Adam in one pass of a kernel over the weights: updates weights and moments in place. */
export function createAdam(
  memory: WebAssembly.Memory,
  { beta1, beta2 }: Betas,
): (buffers: AdamBuffers, rates: AdamScalars<number>) => void {
  const bytes = Uint8Array.from(atob(adamWasm), character => character.charCodeAt(0));
  const instance = new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { memory } });
  const kernel = instance.exports.adam as (...values: number[]) => void;
  return ({ weights, gradients, firstMoments, secondMoments, count }, { rate, epsilon }) => {
    const decay = [beta1, beta2, 1 - beta1, 1 - beta2];
    kernel(weights, gradients, firstMoments, secondMoments, count, rate, ...decay, epsilon);
  };
}

/** A variable's weights and moments, all of one shape. */
export interface MomentTensors {
  readonly weight: Tensor;
  readonly first: Tensor;
  readonly second: Tensor;
}

/** Adam as graph: weight and moments after an update by `gradient`. */
export function adamGraph(
  { weight, first, second }: MomentTensors,
  gradient: Tensor,
  { rate, epsilon }: AdamScalars<Tensor>,
  { beta1, beta2 }: Betas,
): MomentTensors {
  const mean = add(multiply(first, beta1), multiply(gradient, 1 - beta1));
  const variance = add(multiply(second, beta2), multiply(square(gradient), 1 - beta2));
  const step = divide(multiply(mean, rate), add(sqrt(variance), epsilon));
  return { weight: subtract(weight, step), first: mean, second: variance };
}
