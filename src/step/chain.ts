import type { RunConfig } from '../config/config.ts';
import { constant, input, substitute, type Tensor } from '../graph/index.ts';
import { type Action, type BatchPart, lossNames, type TrainingStep } from './algorithms.ts';
import { mixShape } from './mix.ts';
import { conditionShape, targetShape } from './model.ts';

/** The outputs of an action's pass, by name. */
export type Results = Readonly<Record<string, Tensor>>;

/** The name of the output for a loss of the `index`th of several actions. */
export const lossName = (index: number, name: string): string => `loss ${index}/${name}`;

/** The losses of several actions, the first of them the `from`th, by their names as outputs. */
export function lossesOf(results: readonly Results[], from = 0): Record<string, Tensor> {
  const entries = results.flatMap((result, i) =>
    lossNames.flatMap(name => (result[name] ? [[lossName(from + i, name), result[name]] as const] : [])),
  );
  return Object.fromEntries(entries);
}

/**
 * The passes of several consecutive actions, all with the same weights: each uses the outputs of the previous ones, so that
 * equal parts are computed once.
 * @param made outputs of earlier actions; those of these actions are added.
 * @param values tensors in place of weights and other variables that are not inputs.
 */
export function chain(
  actions: readonly Action[],
  config: RunConfig,
  passes: TrainingStep['passes'],
  made = new Map<string, Tensor>(),
  values: Results = {},
): Results[] {
  return actions.map(action => {
    const replacements = { ...values, ...Object.fromEntries(made), ...chosenInputs(action, config, made) };
    const results = substitute(passes[action.pass]!.outputs, replacements);
    if (!action.trains) for (const [name, tensor] of Object.entries(results)) made.set(name, tensor);
    return results;
  });
}

/** The inputs that an action chooses. */
function chosenInputs({ inputs }: Action, config: RunConfig, made: ReadonlyMap<string, Tensor>): Results {
  const shapes: Readonly<Record<BatchPart, readonly number[]>> = {
    condition: conditionShape(config),
    target: targetShape(config),
    fake: targetShape(config),
    mix: mixShape(config),
  };
  const chosen = Object.entries(inputs).map(([name, given]) => [
    name,
    typeof given === 'number' ? constant(given) : (made.get(given) ?? input(given, shapes[given])),
  ]);
  return Object.fromEntries(chosen);
}
