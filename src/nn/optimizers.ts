import { add, multiply, subtract, type Tensor } from '../graph/index.ts';
import {
  type AdamOptions,
  type AdamScalars,
  adamGraph,
  adamRates,
  createAdam,
  type MomentTensors,
} from './adam.ts';

export interface OptimizerOptions extends AdamOptions {
  /** SGD: share of the previous step's direction that is kept. */
  readonly momentum: number;
  /** AdamW and SGD: how strongly weights are pulled to 0. */
  readonly weightDecay: number;
}

/** Scalars that change from step to step; which of them are used depends on the optimiser. */
export interface Rates<Value = number> extends AdamScalars<Value> {
  /** lr · weightDecay: the share of a weight that AdamW removes. */
  readonly decay: Value;
}

/** Arrays of one length, in one WebAssembly memory: a network's weights and what updates them. */
export interface Parameters {
  readonly memory: WebAssembly.Memory;
  readonly weights: Float32Array;
  readonly gradients: Float32Array;
  readonly firstMoments: Float32Array;
  readonly secondMoments: Float32Array;
}

/** One optimiser: its scalars, and its formula on arrays of this process and as graph. */
interface Optimizer {
  /** The scalars of a step, counted from 1. */
  readonly rates: (options: OptimizerOptions, step: number, learningRate: number) => Rates;
  /** A function that updates arrays in place. */
  readonly onArrays: (parameters: Parameters, options: OptimizerOptions) => (rates: Rates) => void;
  /** A variable and its moments after an update by `gradient`. */
  readonly asGraph: (
    before: MomentTensors,
    gradient: Tensor,
    rates: Rates<Tensor>,
    options: OptimizerOptions,
  ) => MomentTensors;
}

const adam: Optimizer = {
  rates: (options, step, learningRate) => ({ ...adamRates(options, step, learningRate), decay: 0 }),
  onArrays: ({ memory, weights, gradients, firstMoments, secondMoments }, options) => {
    const update = createAdam(memory, options);
    const buffers = {
      weights: weights.byteOffset,
      gradients: gradients.byteOffset,
      firstMoments: firstMoments.byteOffset,
      secondMoments: secondMoments.byteOffset,
      count: weights.length,
    };
    return rates => update(buffers, rates);
  },
  asGraph: adamGraph,
};

/** Loshchilov & Hutter 2019 (arXiv:1711.05101), algorithm 2 as PyTorch has it: θ ← θ − lr·λ·θ, then Adam's step. */
const adamw: Optimizer = {
  rates: (options, step, learningRate) => ({
    ...adamRates(options, step, learningRate),
    decay: learningRate * options.weightDecay,
  }),
  onArrays: (parameters, options) => {
    const update = adam.onArrays(parameters, options);
    const { weights } = parameters;
    return rates => {
      const kept = 1 - rates.decay;
      if (kept !== 1) for (let i = 0; i < weights.length; i++) weights[i]! *= kept;
      update(rates);
    };
  },
  asGraph: ({ weight, ...moments }, gradient, rates, options) =>
    adamGraph(
      { ...moments, weight: subtract(weight, multiply(weight, rates.decay)) },
      gradient,
      rates,
      options,
    ),
};

/** Stochastic gradient descent with momentum, PyTorch's form: v ← μ·v + g + λ·θ, θ ← θ − lr·v. */
const sgd: Optimizer = {
  rates: (_options, _step, learningRate) => ({ rate: learningRate, epsilon: 0, decay: 0 }),
  onArrays:
    ({ weights, gradients, firstMoments }, { momentum, weightDecay }) =>
    ({ rate }) => {
      for (let i = 0; i < weights.length; i++) {
        const velocity = momentum * firstMoments[i]! + gradients[i]! + weightDecay * weights[i]!;
        firstMoments[i] = velocity;
        weights[i]! -= rate * velocity;
      }
    },
  asGraph: ({ weight, first, second }, gradient, { rate }, { momentum, weightDecay }) => {
    const pulled = weightDecay === 0 ? gradient : add(gradient, multiply(weight, weightDecay));
    const velocity = add(multiply(first, momentum), pulled);
    return { weight: subtract(weight, multiply(velocity, rate)), first: velocity, second };
  },
};

/** Every optimiser, by the name a run config uses. */
export const optimizers = { adam, adamw, sgd } as const satisfies Record<string, Optimizer>;

export const optimizerNames = Object.keys(optimizers) as (keyof typeof optimizers)[];
