import type { RunConfig } from '../../config/config.ts';
import { add, input, multiply, select, subtract, type Tensor } from '../../graph/index.ts';
import { clippedByNorm, graphUpdates } from '../../nn/graph-updates.ts';
import type { Variable } from '../../nn/variables.ts';
import { type Memory, memoryOf } from '../memory-names.ts';

export type Network = 'generator' | 'discriminator';

/** One update within a step: whose, and what its rates' inputs are called. */
export interface GraphUpdate {
  readonly network: Network;
  readonly inputs: Readonly<Record<RateName, string>>;
}

/** Scalars that the host gives each update. */
export const rateNames = ['rate', 'epsilon', 'pull', 'taken', 'averaged'] as const;
export type RateName = (typeof rateNames)[number];

/**
 * The updates of a step as graph: gradients gathered, clipped and followed, as `updates.ts` does on the host.
 * Arrays are named as in the training state.
 */
export class UpdateGraph {
  /** Variables whose value is no longer, or never was, the input of their name. */
  readonly values = new Map<string, Tensor>();
  readonly updates: GraphUpdate[] = [];
  private readonly memory = new Map<string, Tensor>();
  /** Weights whose averages take their name. */
  private readonly averaged: ReadonlySet<string>;

  constructor(
    private readonly options: RunConfig['optimizer'],
    generator: readonly Variable[],
  ) {
    const averaged = options.average === null ? [] : generator.filter(({ trainable }) => trainable);
    this.averaged = new Set(averaged.map(({ name }) => name));
    for (const { name, shape } of averaged) this.values.set(name, input(memoryOf(name, 'trained'), shape));
  }

  follow(network: Network, variables: readonly Variable[], gradients: readonly Tensor[]): void {
    const prefix = `update ${this.updates.length + 1}`;
    const inputs = Object.fromEntries(rateNames.map(name => [name, `${prefix}/${name}`]));
    this.updates.push({ network, inputs: inputs as GraphUpdate['inputs'] });
    const rate = (name: RateName) => input(inputs[name]!, []);
    const { clipNorm, method } = this.options;
    const gathered = this.gathered(variables, gradients, rate('taken'));
    const followed = clipNorm === null ? gathered : clippedByNorm(gathered, clipNorm);
    const rates = { rate: rate('rate'), epsilon: rate('epsilon'), pull: rate('pull') };
    variables.forEach((variable, i) => {
      const [first, second] = [
        this.remembered(variable, 'first moment'),
        this.remembered(variable, 'second moment'),
      ];
      const before = { weight: this.value(variable), first, second };
      const after = graphUpdates[method]({ ...before, gradient: followed[i]! }, rates, this.options);
      const next = (part: keyof typeof before) =>
        this.options.accumulate === 1 || after[part] === before[part]
          ? after[part]
          : select(rate('taken'), after[part], before[part]);
      this.values.set(variable.name, next('weight'));
      this.memory.set(memoryOf(variable.name, 'first moment'), next('first'));
      this.memory.set(memoryOf(variable.name, 'second moment'), next('second'));
      if (this.averaged.has(variable.name)) this.average(variable, rate('averaged'));
    });
  }

  /** What the updates leave of every array that they change. */
  outputs(): Record<string, Tensor> {
    const values = [...this.values].map(([name, tensor]): [string, Tensor] => [
      this.averaged.has(name) ? memoryOf(name, 'trained') : name,
      tensor,
    ]);
    return Object.fromEntries([...values, ...this.memory]);
  }

  /** Means over the batches of an update, where it takes several. */
  private gathered(
    variables: readonly Variable[],
    gradients: readonly Tensor[],
    taken: Tensor,
  ): readonly Tensor[] {
    const { accumulate } = this.options;
    if (accumulate === 1) return gradients;
    return variables.map((variable, i) => {
      const sum = add(this.remembered(variable, 'gathered gradient'), gradients[i]!);
      this.memory.set(memoryOf(variable.name, 'gathered gradient'), select(taken, 0, sum));
      return multiply(sum, 1 / accumulate);
    });
  }

  private average(variable: Variable, share: Tensor): void {
    const sofar = this.memory.get(variable.name) ?? input(variable.name, variable.shape);
    const distance = subtract(this.values.get(variable.name)!, sofar);
    this.memory.set(variable.name, add(sofar, multiply(distance, share)));
  }

  private value({ name, shape }: Variable): Tensor {
    return this.values.get(name) ?? input(name, shape);
  }

  private remembered({ name, shape }: Variable, memory: Memory): Tensor {
    const key = memoryOf(name, memory);
    return this.memory.get(key) ?? input(key, shape);
  }
}
