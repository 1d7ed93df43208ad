import type { RunConfig } from '../../config/config.ts';
import { add, constant, input, multiply, substitute, type Tensor } from '../../graph/index.ts';
import { sumOfSquares } from '../../nn/gradients.ts';
import { type Action, type BatchPart, lossNames, type TrainingStep } from '../algorithms.ts';
import { gradientOf, nextOf, type Pass } from '../graphs.ts';
import { conditionShape, targetShape } from '../model.ts';
import { UpdateGraph } from './update-graph.ts';

/** The output of a loss of the step's `index`th action. */
export const lossOutput = (index: number, name: string): string => `loss ${index}/${name}`;

/** Name of the sum of the squares of all gradients: not finite where one of them is too large for float16. */
export const ALL_GRADIENTS = 'gradients';

/**
 * A whole training step as one graph. Each pass takes what the ones before it made, so that equal parts are computed once:
 * the paper's generated image serves both updates. Its outputs are the losses, and what the step leaves of each array of the
 * training state, by that array's name.
 */
export function stepGraph(config: RunConfig, step: TrainingStep): Record<string, Tensor> {
  const updates = new UpdateGraph(config.optimizer, step.variables);
  const batch = new Map<string, Tensor>();
  const losses: Record<string, Tensor> = {};
  const watched: Tensor[] = [];
  step.actions.forEach((action, index) => {
    const pass = step.passes[action.pass]!;
    const inputs = inputsOf(action, config, batch);
    const results = substitute(pass.outputs, { ...Object.fromEntries(updates.values), ...inputs });
    if (!action.trains) {
      for (const [name, tensor] of Object.entries(results)) batch.set(name, tensor);
      return;
    }
    for (const name of lossNames) if (results[name]) losses[lossOutput(index, name)] = results[name];
    const { trainable, gradients } = trained(config, pass, results);
    watched.push(...gradients);
    for (const name of pass.variables.updates.keys()) updates.values.set(name, results[nextOf(name)]!);
    updates.follow(index, action.trains, trainable, gradients);
  });
  const sum = isHalf(config) ? { [ALL_GRADIENTS]: watched.map(sumOfSquares).reduce(add) } : {};
  return { ...losses, ...sum, ...updates.outputs() };
}

/** What an action's pass is given in place of its inputs. */
function inputsOf(
  { inputs }: Action,
  config: RunConfig,
  made: ReadonlyMap<string, Tensor>,
): Record<string, Tensor> {
  const shapes: Readonly<Record<BatchPart, readonly number[]>> = {
    condition: conditionShape(config),
    target: targetShape(config),
    fake: targetShape(config),
    mix: [config.batchSize, 1, 1, 1],
  };
  const chosen = Object.entries(inputs).map(([name, given]) => [
    name,
    typeof given === 'number' ? constant(given) : (made.get(given) ?? input(given, shapes[given])),
  ]);
  return { ...Object.fromEntries(made), ...Object.fromEntries(chosen) };
}

/** The variables that a pass trains and their gradients, without the loss scale. */
function trained(config: RunConfig, pass: Pass, results: Readonly<Record<string, Tensor>>) {
  const trainable = pass.variables.trainable();
  const gradients = trainable.map(({ name }) => {
    const gradient = results[gradientOf(name)]!;
    return isHalf(config) ? multiply(gradient, input('loss unscale', [])) : gradient;
  });
  return { trainable, gradients };
}

const isHalf = ({ precision }: RunConfig): boolean => precision === 'float16';
