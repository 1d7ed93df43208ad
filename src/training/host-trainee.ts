import type { RunConfig } from '../config/config.ts';
import type { Random } from '../core/random.ts';
import { clipByNorm, gather } from '../nn/gradients.ts';
import { follow } from '../nn/weight-average.ts';
import type { Compile, Program } from '../runtime/program.ts';
import { type Action, lossNames, type NetworkName } from './algorithms.ts';
import type { Learner } from './learner.ts';
import {
  createTrainee,
  type Executor,
  type Trainee,
  type TraineeOptions,
  type Workspace,
} from './trainee.ts';
import { type Stage, stagesOf, type UpdateNumbers } from './updates.ts';

/** A trainee whose weights stay in this process' memory: each pass is a program, and kernels of our own do the updates. */
export function createHostTrainee(
  compile: Compile,
  config: RunConfig,
  random: Random,
  options: TraineeOptions & Parameters<Compile>[1] = {},
): Promise<Trainee> {
  return createTrainee(config, random, workspace => openHost(compile, workspace, options), options);
}

async function openHost(
  compile: Compile,
  workspace: Workspace,
  options: Parameters<Compile>[1],
): Promise<Executor> {
  const { config, step, learners, batch } = workspace;
  const programs: Record<string, Program> = {};
  for (const [name, { outputs }] of Object.entries(step.passes)) {
    programs[name] = await compile(outputs, options);
  }
  const update = {
    generator: updateOnArrays('generator', learners.generator, config.optimizer),
    discriminator: updateOnArrays('discriminator', learners.discriminator, config.optimizer),
  };
  const actions = step.actions.map(action => ({
    network: action.trains,
    ...bindAction(action, programs[action.pass]!, workspace),
  }));
  return {
    images: batch,
    // The step works on these very arrays.
    pull: async () => {},
    push: async () => {},
    run: async next => {
      for (const { network, run } of actions) {
        await run();
        const numbers = network && next(network);
        if (numbers) update[network](numbers);
      }
      return actions.map(({ loss, l1 }) => ({ loss: loss[0]!, l1: l1[0]! }));
    },
    release: async () => {
      for (const program of Object.values(programs)) await program.release();
    },
  };
}

/** Ties an action's program to the arrays that it works on. */
function bindAction({ trains, inputs }: Action, program: Program, { learners, batch }: Workspace) {
  const { masks, ...parts } = batch;
  const chosen = Object.entries(inputs).map(([name, given]) => [
    name,
    typeof given === 'number' ? Float32Array.of(given) : parts[given],
  ]);
  const [loss, l1] = lossNames.map(() => new Float32Array(1)) as [Float32Array, Float32Array];
  const run = program.bind({
    ...learners.generator.values,
    ...learners.discriminator.values,
    ...(trains && learners[trains].results),
    ...masks,
    ...parts,
    ...Object.fromEntries(chosen),
    loss,
    l1,
  });
  return { run, loss, l1 };
}

/** A network's update, stage by stage. */
function updateOnArrays(
  network: NetworkName,
  learner: Learner,
  options: RunConfig['optimizer'],
): (numbers: UpdateNumbers) => void {
  const { accumulate, clipNorm } = options;
  const { gathered, gradients, averages, weights } = learner;
  const apply: Readonly<Record<Stage, (numbers: UpdateNumbers) => void>> = {
    gather: ({ taken }) => gather(gathered, gradients, accumulate, taken === 1),
    clip: () => clipByNorm(gradients, clipNorm!),
    optimize: rates => learner.update(rates),
    average: ({ kept }) => follow(averages, weights, kept),
  };
  const stages = stagesOf(network, options);
  return numbers => {
    for (const stage of stages) if (numbers.taken === 1 || stage === 'gather') apply[stage](numbers);
  };
}
