import { handOver, type Tensor } from '../graph/index.ts';
import type { TrainingStep } from './algorithms.ts';

const PREFIX = 'kept ';

/** Whether an output of a pass is an activation that is kept for a later pass. */
export const isKeptActivation = (output: string): boolean => output.startsWith(PREFIX);

/**
 * The step with passes that compute nothing twice: what a pass that only generates computes, a later one gets from it, as
 * long as the weights have not changed. In the paper's algorithm the generator's image is so made once, not twice.
 */
export function withKeptActivations(step: TrainingStep): TrainingStep {
  const passes = { ...step.passes };
  const alone = step.groups.map(([action, ...others]) => (others.length === 0 ? action! : null));
  alone.forEach((from, i) => {
    if (!from || from.trains) return;
    alone.forEach((to, j) => {
      if (!to?.trains || j < i || isUsedAgain(step, to.pass)) return;
      const trained = step.groups.slice(i, j).flatMap(group => group.flatMap(({ trains }) => trains ?? []));
      const changed = trained.flatMap(network => step.variables[network].map(({ name }) => name));
      const chosen = [from, to].flatMap(({ inputs }) => Object.keys(inputs));
      const [first, second] = [passes[from.pass]!, passes[to.pass]!];
      const handed = handOver(
        first.outputs,
        second.outputs,
        new Set([...changed, ...chosen]),
        isWorthKeeping,
        k => `${PREFIX}${to.pass} ${k}`,
      );
      passes[from.pass] = { ...first, outputs: handed.first };
      passes[to.pass] = { ...second, outputs: handed.second };
    });
  });
  return { ...step, passes };
}

const isUsedAgain = ({ actions }: TrainingStep, pass: string): boolean =>
  actions.filter(action => action.pass === pass).length > 1;

const expensive: readonly string[] = ['conv2d', 'conv2dInput', 'sum'];

/** Convolutions, also with their bias, and sums, such as a norm's: other ops are cheap to compute again. */
function isWorthKeeping({ op, inputs }: Tensor): boolean {
  const isBiased = op.name === 'add' && inputs[0]!.op.name === 'conv2d' && inputs[1]!.shape.length === 1;
  return isBiased || expensive.includes(op.name);
}
