import { type AdamOptions, createAdam } from './adam.ts';

/** What a network's update works on: arrays of one length, in one WebAssembly memory. */
export interface Parameters {
  readonly memory: WebAssembly.Memory;
  readonly weights: Float32Array;
  readonly gradients: Float32Array;
  readonly firstMoments: Float32Array;
  readonly secondMoments: Float32Array;
}

export interface OptimizerOptions extends AdamOptions {
  /** SGD: share of the last step's direction that is kept. */
  readonly momentum: number;
  /** AdamW and SGD: how strongly weights are pulled to 0. */
  readonly weightDecay: number;
}

/** Updates the weights by the gradients at hand; `step` counts from 1. */
export type Update = (step: number, learningRate: number) => void;

type Optimizer = (parameters: Parameters, options: OptimizerOptions) => Update;

const adam: Optimizer = ({ memory, ...arrays }, options) => {
  const update = createAdam(memory, options);
  const buffers = {
    weights: arrays.weights.byteOffset,
    gradients: arrays.gradients.byteOffset,
    firstMoments: arrays.firstMoments.byteOffset,
    secondMoments: arrays.secondMoments.byteOffset,
    count: arrays.weights.length,
  };
  return (step, learningRate) => update(buffers, step, learningRate);
};

/** Loshchilov & Hutter 2019 (arXiv:1711.05101), algorithm 2 as PyTorch has it: θ ← θ − lr·λ·θ, then Adam's step. */
const adamw: Optimizer = (parameters, options) => {
  const update = adam(parameters, options);
  const { weights } = parameters;
  return (step, learningRate) => {
    const kept = 1 - learningRate * options.weightDecay;
    if (kept !== 1) for (let i = 0; i < weights.length; i++) weights[i]! *= kept;
    update(step, learningRate);
  };
};

/** Stochastic gradient descent with momentum, PyTorch's form: v ← μ·v + g + λ·θ, θ ← θ − lr·v. */
const sgd: Optimizer = ({ weights, gradients, firstMoments }, { momentum, weightDecay }) => {
  return (_, learningRate) => {
    for (let i = 0; i < weights.length; i++) {
      const velocity = momentum * firstMoments[i]! + gradients[i]! + weightDecay * weights[i]!;
      firstMoments[i] = velocity;
      weights[i]! -= learningRate * velocity;
    }
  };
};

/** Every optimiser, by the name a run config uses. */
export const optimizers = { adam, adamw, sgd } as const satisfies Record<string, Optimizer>;
