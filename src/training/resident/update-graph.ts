import type { RunConfig } from '../../config/config.ts';
import { input, select, type Tensor } from '../../graph/index.ts';
import { clippedByNorm, gathered } from '../../nn/gradients.ts';
import { optimizers } from '../../nn/optimizers.ts';
import type { Variable } from '../../nn/variables.ts';
import { followed } from '../../nn/weight-average.ts';
import type { NetworkName } from '../algorithms.ts';
import { type MemoryKind, memoryOf } from '../training-state.ts';
import { type Stage, stagesOf, type UpdateNumbers } from '../updates.ts';

/** The input of a number of the step's `index`th action. */
export const numberInput = (index: number, name: string): string => `update ${index}/${name}`;

/** The updates of a step as graph. Arrays are named as in the training state. */
export class UpdateGraph {
  /** Variables whose value is no longer, or never was, the input of their name. */
  readonly values = new Map<string, Tensor>();
  private readonly memory = new Map<string, Tensor>();
  /** Weights whose averages take their name. */
  private readonly averaged: ReadonlySet<string>;

  constructor(
    private readonly options: RunConfig['optimizer'],
    private readonly variables: Readonly<Record<NetworkName, readonly Variable[]>>,
  ) {
    const trainable = variables.generator.filter(variable => variable.trainable);
    const averaged = stagesOf('generator', options).includes('average') ? trainable : [];
    this.averaged = new Set(averaged.map(({ name }) => name));
    for (const { name, shape } of averaged) this.values.set(name, input(memoryOf(name, 'trained'), shape));
  }

  /** An update of `variables`, as the step's `index`th action. */
  follow(
    index: number,
    network: NetworkName,
    variables: readonly Variable[],
    gradients: readonly Tensor[],
  ): void {
    const number = (name: keyof UpdateNumbers) => input(numberInput(index, name), []);
    const apply: Readonly<Record<Stage, (gradients: readonly Tensor[]) => readonly Tensor[]>> = {
      gather: given => this.gather(variables, given, number('taken')),
      clip: given => clippedByNorm(given, this.options.clipNorm!),
      optimize: given => this.optimize(variables, given, number),
      average: given => this.average(variables, given, number('averaged')),
    };
    stagesOf(network, this.options).reduce((given, stage) => apply[stage](given), gradients);
  }

  /** What the step leaves of every array of the training state; of those that are frozen, what they were. */
  outputs(): Record<string, Tensor> {
    const values = Object.values(this.variables)
      .flat()
      .map(variable => [
        this.averaged.has(variable.name) ? memoryOf(variable.name, 'trained') : variable.name,
        this.value(variable),
      ]);
    return Object.fromEntries([...values, ...this.memory]);
  }

  private gather(variables: readonly Variable[], gradients: readonly Tensor[], taken: Tensor): Tensor[] {
    return variables.map((variable, i) => {
      const waiting = this.remembered(variable, 'gathered gradient');
      const { mean, sum } = gathered(waiting, gradients[i]!, this.options.accumulate, taken);
      this.memory.set(memoryOf(variable.name, 'gathered gradient'), sum);
      return mean;
    });
  }

  private optimize(
    variables: readonly Variable[],
    gradients: readonly Tensor[],
    number: (name: keyof UpdateNumbers) => Tensor,
  ): readonly Tensor[] {
    const { method, accumulate } = this.options;
    const rates = { rate: number('rate'), epsilon: number('epsilon'), pull: number('pull') };
    variables.forEach((variable, i) => {
      const before = {
        weight: this.value(variable),
        first: this.remembered(variable, 'first moment'),
        second: this.remembered(variable, 'second moment'),
      };
      const after = optimizers[method].asGraph(before, gradients[i]!, rates, this.options);
      const next = (part: keyof typeof before) =>
        accumulate === 1 || after[part] === before[part]
          ? after[part]
          : select(number('taken'), after[part], before[part]);
      this.values.set(variable.name, next('weight'));
      this.memory.set(memoryOf(variable.name, 'first moment'), next('first'));
      this.memory.set(memoryOf(variable.name, 'second moment'), next('second'));
    });
    return gradients;
  }

  private average(
    variables: readonly Variable[],
    gradients: readonly Tensor[],
    share: Tensor,
  ): readonly Tensor[] {
    for (const { name, shape } of variables) {
      const before = this.memory.get(name) ?? input(name, shape);
      this.memory.set(name, followed(before, this.values.get(name)!, share));
    }
    return gradients;
  }

  private value({ name, shape }: Variable): Tensor {
    return this.values.get(name) ?? input(name, shape);
  }

  private remembered({ name, shape }: Variable, kind: MemoryKind): Tensor {
    const key = memoryOf(name, kind);
    return this.memory.get(key) ?? input(key, shape);
  }
}
