import type { RunConfig } from '../config/config.ts';
import type { Random } from '../core/random.ts';
import { elements } from '../core/shape.ts';
import { accumulateGradients, clipByNorm } from '../nn/gradients.ts';
import { updateAverage } from '../nn/weight-average.ts';
import type { Arrays, Compile, Program } from '../runtime/program.ts';
import { type Action, lossNames, type NetworkName, type TrainingStep } from './algorithms.ts';
import { chain, lossesOf, lossName, type Results } from './chain.ts';
import { isKeptActivation, withKeptActivations } from './kept-activations.ts';
import type { Learner } from './learner.ts';
import {
  createTraineeWith,
  type Executor,
  type StepContext,
  type Trainee,
  type TraineeOptions,
} from './trainee.ts';
import { type Stage, stagesOf, type UpdateScalars } from './updates.ts';
import type { Workers } from './workers.ts';

/** A trainee whose weights stay in this process's memory: each pass is a program, and our own kernels do the updates. */
export function createHostTrainee(
  compile: Compile,
  config: RunConfig,
  random: Random,
  options: TraineeOptions & Parameters<Compile>[1] = {},
): Promise<Trainee> {
  return createTraineeWith(config, random, context => openHost(compile, context, options), options);
}

async function openHost(
  compile: Compile,
  context: StepContext,
  options: Parameters<Compile>[1],
): Promise<Executor> {
  const { config, learners, workers } = context;
  const step = withKeptActivations(context.step);
  const kept = keptArrays(step);
  const programs = new Map<string, Program>();
  const groups: Group[] = [];
  for (const actions of step.groups) {
    const passes = actions.map(({ pass }) => pass).join();
    const program = programs.get(passes) ?? (await compile(outputsOf(actions, config, step), options));
    programs.set(passes, program);
    groups.push(bindGroup(actions, program, context, kept));
  }
  const update = {
    generator: updateOnArrays('generator', learners.generator, config.optimizer),
    discriminator: updateOnArrays('discriminator', learners.discriminator, config.optimizer),
  };
  return {
    images: context.batch,
    transferredBytes: { toDevice: 0, fromDevice: 0 },
    // The step works on these very arrays.
    pull: async () => {},
    push: async () => {},
    run: async next => {
      for (const { run, trained } of groups) {
        await run();
        for (const { network, states } of trained) {
          learners[network].keepState(states);
          const scalars = next(network);
          if (!scalars) continue;
          await averageOver(workers, learners[network], config.optimizer);
          update[network](scalars);
        }
      }
      return groups.flatMap(({ losses }) => losses.map(({ loss, l1 }) => ({ loss: loss[0]!, l1: l1[0]! })));
    },
    release: async () => {
      for (const program of programs.values()) await program.release();
    },
  };
}

/** Actions that one program runs. */
interface Group {
  readonly run: () => Promise<void>;
  /** The networks that it trains, in order, with the state variables that get new values. */
  readonly trained: readonly { readonly network: NetworkName; readonly states: readonly string[] }[];
  /** One entry per action. */
  readonly losses: readonly Readonly<Record<(typeof lossNames)[number], Float32Array>>[];
}

/** A single action's choice of inputs is left to {@link bindGroup}, so that actions can share a program. */
function outputsOf(actions: readonly Action[], config: RunConfig, step: TrainingStep): Results {
  const results =
    actions.length === 1 ? [step.passes[actions[0]!.pass]!.outputs] : chain(actions, config, step.passes);
  const others = results.map(({ loss: _, l1: __, ...each }) => each);
  return { ...Object.assign({}, ...others), ...lossesOf(results) };
}

/** Arrays for the activations that passes hand over. */
function keptArrays({ passes }: TrainingStep): Arrays {
  const outputs = Object.values(passes).flatMap(pass => Object.entries(pass.outputs));
  const kept = outputs.filter(([name]) => isKeptActivation(name));
  return Object.fromEntries(kept.map(([name, { shape }]) => [name, new Float32Array(elements(shape))]));
}

/** Ties a program to the arrays that its actions work on. */
function bindGroup(
  actions: readonly Action[],
  program: Program,
  { step, learners, batch }: StepContext,
  kept: Arrays,
): Group {
  const { masks, ...parts } = batch;
  const trained = actions.flatMap(({ pass, trains: network }) =>
    network === null ? [] : [{ network, states: [...step.passes[pass]!.variables.updates.keys()] }],
  );
  const losses = actions.map(() => ({ loss: new Float32Array(1), l1: new Float32Array(1) }));
  const named = losses.flatMap((each, i) => lossNames.map(name => [lossName(i, name), each[name]]));
  const chosen = actions.flatMap(({ inputs }) =>
    Object.entries(inputs).map(([name, given]) => [
      name,
      typeof given === 'number' ? Float32Array.of(given) : parts[given],
    ]),
  );
  const run = program.bind({
    ...learners.generator.values,
    ...learners.discriminator.values,
    ...Object.assign({}, ...trained.map(({ network }) => learners[network].results)),
    ...masks,
    ...kept,
    ...parts,
    ...Object.fromEntries(chosen),
    ...Object.fromEntries(named),
  });
  return { run, trained, losses };
}

/** Replaces gradients and statistics of this worker's share of the batch by those of the whole batch. */
async function averageOver(
  workers: Workers,
  { gradients, statistics }: Learner,
  { gradientCompression }: RunConfig['optimizer'],
): Promise<void> {
  if (workers.count === 1) return;
  await workers.average(gradients, gradientCompression === 'fp16' ? 'float16' : 'float32');
  await workers.average(statistics);
}

/** A network's update, stage by stage. */
function updateOnArrays(
  network: NetworkName,
  learner: Learner,
  options: RunConfig['optimizer'],
): (scalars: UpdateScalars) => void {
  const { accumulate, clipNorm } = options;
  const { accumulated, gradients, averages, weights } = learner;
  const apply: Readonly<Record<Stage, (scalars: UpdateScalars) => void>> = {
    accumulate: ({ completesUpdate }) =>
      accumulateGradients(accumulated, gradients, accumulate, completesUpdate === 1),
    clip: () => clipByNorm(gradients, clipNorm!),
    optimize: rates => learner.update(rates),
    average: ({ averageDecay }) => updateAverage(averages, weights, averageDecay),
  };
  const stages = stagesOf(network, options);
  return scalars => {
    for (const stage of stages)
      if (scalars.completesUpdate === 1 || stage === 'accumulate') apply[stage](scalars);
  };
}
