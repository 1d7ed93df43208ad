import type { RunConfig } from '../../config/config.ts';
import { elements, type Shape } from '../../core/shape.ts';
import { concat, input, reshape, select, slice, type Tensor } from '../../graph/index.ts';
import { accumulatedGradients, clippedByNorm } from '../../nn/gradients.ts';
import { optimizers } from '../../nn/optimizers.ts';
import type { Variable } from '../../nn/variables.ts';
import { averagedGraph } from '../../nn/weight-average.ts';
import type { NetworkName } from '../algorithms.ts';
import { type StateKind, stateKey } from '../training-state.ts';
import { type Stage, stagesOf, type UpdateScalars } from '../updates.ts';

/** The name of the input for a scalar of the step's `index`th action. */
export const scalarInput = (index: number, name: string): string => `update ${index}/${name}`;

/** The updates of a step as graph. Arrays are named as in the training state. */
export class UpdateGraph {
  /** The current value of each variable that an update has changed or whose raw weights have another input (see below). */
  readonly values = new Map<string, Tensor>();
  private readonly optimizerState = new Map<string, Tensor>();
  /** Weights whose average has the plain name; the raw weights are `NAME: trained`. */
  private readonly averaged: ReadonlySet<string>;

  constructor(
    private readonly options: RunConfig['optimizer'],
    private readonly variables: Readonly<Record<NetworkName, readonly Variable[]>>,
  ) {
    const trainable = variables.generator.filter(variable => variable.trainable);
    const averaged = stagesOf('generator', options).includes('average') ? trainable : [];
    this.averaged = new Set(averaged.map(({ name }) => name));
    for (const { name, shape } of averaged) this.values.set(name, input(stateKey(name, 'trained'), shape));
  }

  /** Adds an update of `variables`, as the step's `index`th action. */
  addUpdate(
    index: number,
    network: NetworkName,
    variables: readonly Variable[],
    gradients: readonly Tensor[],
  ): void {
    const scalar = (name: keyof UpdateScalars) => input(scalarInput(index, name), []);
    const apply: Readonly<Record<Stage, (gradients: readonly Tensor[]) => readonly Tensor[]>> = {
      accumulate: given => this.accumulate(variables, given, scalar('completesUpdate')),
      clip: given => clippedByNorm(given, this.options.clipNorm!),
      optimize: given => this.optimize(variables, given, scalar),
      average: given => this.average(variables, given, scalar('averageWeight')),
    };
    stagesOf(network, this.options).reduce((given, stage) => apply[stage](given), gradients);
  }

  /** The new value of every array of the training state; frozen ones keep theirs. */
  outputs(): Record<string, Tensor> {
    const values = Object.values(this.variables)
      .flat()
      .map(variable => [
        this.averaged.has(variable.name) ? stateKey(variable.name, 'trained') : variable.name,
        this.value(variable),
      ]);
    return Object.fromEntries([...values, ...this.optimizerState]);
  }

  private accumulate(
    variables: readonly Variable[],
    gradients: readonly Tensor[],
    completesUpdate: Tensor,
  ): Tensor[] {
    return variables.map((variable, i) => {
      const waiting = this.stored(variable, 'gathered gradient');
      const { mean, sum } = accumulatedGradients(
        waiting,
        gradients[i]!,
        this.options.accumulate,
        completesUpdate,
      );
      this.optimizerState.set(stateKey(variable.name, 'gathered gradient'), sum);
      return mean;
    });
  }

  private optimize(
    variables: readonly Variable[],
    gradients: readonly Tensor[],
    scalar: (name: keyof UpdateScalars) => Tensor,
  ): readonly Tensor[] {
    const { method, accumulate } = this.options;
    const rates = { rate: scalar('rate'), epsilon: scalar('epsilon'), decay: scalar('decay') };
    const updates = variables.map((variable, i) => ({ variable, gradient: gradients[i]! }));
    for (const group of updatedTogether(updates)) {
      const members = group.map(({ variable }) => variable);
      const before = {
        weight: joined(members.map(variable => this.value(variable))),
        first: joined(members.map(variable => this.stored(variable, 'first moment'))),
        second: joined(members.map(variable => this.stored(variable, 'second moment'))),
      };
      const gradient = joined(group.map(member => member.gradient));
      const after = optimizers[method].asGraph(before, gradient, rates, this.options);
      const next = (part: keyof typeof before) =>
        accumulate === 1 || after[part] === before[part]
          ? after[part]
          : select(scalar('completesUpdate'), after[part], before[part]);
      const shapes = members.map(({ shape }) => shape);
      const [weights, first, second] = (['weight', 'first', 'second'] as const).map(part =>
        separated(next(part), shapes),
      ) as [Tensor[], Tensor[], Tensor[]];
      members.forEach(({ name }, i) => {
        this.values.set(name, weights[i]!);
        this.optimizerState.set(stateKey(name, 'first moment'), first[i]!);
        this.optimizerState.set(stateKey(name, 'second moment'), second[i]!);
      });
    }
    return gradients;
  }

  private average(
    variables: readonly Variable[],
    gradients: readonly Tensor[],
    weight: Tensor,
  ): readonly Tensor[] {
    for (const { name, shape } of variables) {
      const before = this.optimizerState.get(name) ?? input(name, shape);
      this.optimizerState.set(name, averagedGraph(before, this.values.get(name)!, weight));
    }
    return gradients;
  }

  private value({ name, shape }: Variable): Tensor {
    return this.values.get(name) ?? input(name, shape);
  }

  private stored({ name, shape }: Variable, kind: StateKind): Tensor {
    const key = stateKey(name, kind);
    return this.optimizerState.get(key) ?? input(key, shape);
  }
}

/** Shaders for so few elements take a GPU as long as for a single one. */
const SMALL = 4096;

/** The small variables in one group, each other one alone, so that small ones share the shaders of an update. */
function updatedTogether<Update extends { readonly variable: Variable }>(
  updates: readonly Update[],
): Update[][] {
  const isSmall = ({ variable }: Update) => elements(variable.shape) <= SMALL;
  const small = updates.filter(isSmall);
  const large = updates.filter(update => !isSmall(update)).map(update => [update]);
  return small.length > 0 ? [small, ...large] : large;
}

/** One tensor as it is, several as one of a single axis. */
function joined(tensors: readonly Tensor[]): Tensor {
  if (tensors.length === 1) return tensors[0]!;
  return concat(
    tensors.map(tensor => reshape(tensor, [elements(tensor.shape)])),
    0,
  );
}

/** Undoes {@link joined}. */
function separated(tensor: Tensor, shapes: readonly Shape[]): Tensor[] {
  if (shapes.length === 1) return [tensor];
  let start = 0;
  return shapes.map(shape => {
    const part = reshape(slice(tensor, [start], [elements(shape)]), shape);
    start += elements(shape);
    return part;
  });
}
