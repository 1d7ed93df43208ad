import { adamWasm } from './kernels/adam.wasm.ts';

export interface AdamOptions {
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  /** keras: ε is added to √v as it is; pytorch: to √v after its bias correction. */
  readonly form: 'keras' | 'pytorch';
}

/** Consecutive float32 values in one WebAssembly memory; positions in bytes, `count` in values. */
export interface AdamBuffers {
  readonly weights: number;
  readonly gradients: number;
  readonly firstMoments: number;
  readonly secondMoments: number;
  readonly count: number;
}

/** Updates weights and moments in place; `step` counts from 1. */
export type AdamUpdate = (buffers: AdamBuffers, step: number, learningRate: number) => void;

/**
 * Adam (Kingma & Ba 2015, arXiv:1412.6980, end of section 2) in one pass over the weights:
 * θ ← θ − α·m / (√v + ε̂) with α = lr·√(1−β2ᵗ) / (1−β1ᵗ), and ε̂ = ε (Keras) or ε·√(1−β2ᵗ) (PyTorch).
 */
export function createAdam(memory: WebAssembly.Memory, options: AdamOptions): AdamUpdate {
  const { beta1, beta2 } = options;
  const bytes = Uint8Array.from(atob(adamWasm), character => character.charCodeAt(0));
  const instance = new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { memory } });
  const kernel = instance.exports.adam as (...values: number[]) => void;
  return ({ weights, gradients, firstMoments, secondMoments, count }, step, learningRate) => {
    const { rate, epsilon } = adamRates(options, step, learningRate);
    const decay = [beta1, beta2, 1 - beta1, 1 - beta2];
    kernel(weights, gradients, firstMoments, secondMoments, count, rate, ...decay, epsilon);
  };
}

/** α and ε̂ of a step, which counts from 1. */
export function adamRates(
  { beta1, beta2, epsilon, form }: AdamOptions,
  step: number,
  learningRate: number,
): { readonly rate: number; readonly epsilon: number } {
  const correction = Math.sqrt(1 - beta2 ** step);
  return {
    rate: (learningRate * correction) / (1 - beta1 ** step),
    epsilon: form === 'keras' ? epsilon : epsilon * correction,
  };
}
