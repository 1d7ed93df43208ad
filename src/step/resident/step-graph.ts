import type { RunConfig } from '../../config/config.ts';
import { add, input, multiply, type Tensor } from '../../graph/index.ts';
import { sumOfSquares } from '../../nn/gradients.ts';
import type { TrainingStep } from '../algorithms.ts';
import { chain, lossesOf, type Results } from '../chain.ts';
import { gradientName, nextStateName, type Pass } from '../graphs.ts';
import { UpdateGraph } from './update-graph.ts';

/** Name of the sum of the squares of all gradients: not finite if one of them is too large for float16. */
export const ALL_GRADIENTS = 'gradients';

/**
 * A whole training step as one graph: its actions in a chain, with the updates between them. Its outputs are the losses and
 * the new value of each array of the training state, by that array's name.
 */
export function stepGraph(config: RunConfig, step: TrainingStep): Record<string, Tensor> {
  const updates = new UpdateGraph(config.optimizer, step.variables);
  const made = new Map<string, Tensor>();
  const results: Results[] = [];
  const watched: Tensor[] = [];
  for (const group of step.groups) {
    const first = results.length;
    results.push(...chain(group, config, step.passes, made, Object.fromEntries(updates.values)));
    group.forEach(({ pass: name, trains }, i) => {
      if (!trains) return;
      const [pass, left] = [step.passes[name]!, results[first + i]!];
      const { trainable, gradients } = trained(config, pass, left);
      watched.push(...gradients);
      for (const state of pass.variables.updates.keys())
        updates.values.set(state, left[nextStateName(state)]!);
      updates.addUpdate(first + i, trains, trainable, gradients);
    });
  }
  const sum = usesFloat16(config) ? { [ALL_GRADIENTS]: watched.map(sumOfSquares).reduce(add) } : {};
  return { ...lossesOf(results), ...sum, ...updates.outputs() };
}

/** The variables that a pass trains and their gradients, without the loss scale. */
function trained(config: RunConfig, pass: Pass, results: Results) {
  const trainable = pass.variables.trainable();
  const gradients = trainable.map(({ name }) => {
    const gradient = results[gradientName(name)]!;
    return usesFloat16(config) ? multiply(gradient, input('loss unscale', [])) : gradient;
  });
  return { trainable, gradients };
}

const usesFloat16 = ({ precision }: RunConfig): boolean => precision === 'float16';
