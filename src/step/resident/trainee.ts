import type { RunConfig } from '../../config/config.ts';
import type { Random } from '../../core/random.ts';
import { toFloat16 } from '../../lower/float16.ts';
import type { Device } from '../../runtime/device.ts';
import type { Arrays } from '../../runtime/program.ts';
import { compileResident, type Runtime } from '../../runtime/resident.ts';
import { lossName } from '../chain.ts';
import {
  createTraineeWith,
  type Executor,
  type StepContext,
  type Trainee,
  type TraineeOptions,
} from '../trainee.ts';
import type { TrainingState } from '../training-state.ts';
import type { UpdateScalars } from '../updates.ts';
import { ALL_GRADIENTS, stepGraph } from './step-graph.ts';
import { scalarInput } from './update-graph.ts';

/**
 * A trainee whose networks stay on the device: a step transfers a batch and a few scalars there, and the losses back. The
 * whole step is one program.
 */
export function createResidentTrainee(
  runtime: Runtime,
  device: Device,
  config: RunConfig,
  random: Random,
  options: TraineeOptions = {},
): Promise<Trainee> {
  return createTraineeWith(
    config,
    random,
    context => openResident(runtime, device, context, options),
    options,
  );
}

async function openResident(
  runtime: Runtime,
  device: Device,
  { config, step, batch, state, lossScale }: StepContext,
  { threads, profile }: TraineeOptions,
): Promise<Executor> {
  const target = lossScale ? toFloat16(device.target) : device.target;
  const outputs = stepGraph(config, step);
  const program = await compileResident(runtime, { ...device, target }, outputs, { threads, profile });
  const push = () => program.put(arraysOf(state));
  await push();
  const { masks, ...parts } = batch;
  return {
    images: null,
    transferredBytes: program.transferredBytes,
    push,
    pull: () => program.get(arraysOf(state)),
    run: async next => {
      const scalars = step.actions.map(({ trains }, i) => scalarFeeds(i, trains && next(trains)));
      const feeds = Object.assign({ ...parts, ...masks }, ...scalars);
      const areFinite = (results: Arrays) => Number.isFinite(results[ALL_GRADIENTS]?.[0] ?? 0);
      let results: Arrays;
      do results = await program.run({ ...feeds, ...lossScale?.inputs() }, areFinite);
      while (lossScale?.update(areFinite(results)));
      const loss = (index: number, name: string) => results[lossName(index, name)]?.[0] ?? 0;
      return step.actions.map((_, i) => ({ loss: loss(i, 'loss'), l1: loss(i, 'l1') }));
    },
    release: () => program.release(),
  };
}

function scalarFeeds(index: number, scalars: UpdateScalars | null): Record<string, Float32Array> {
  const feeds = Object.entries(scalars ?? {});
  return Object.fromEntries(feeds.map(([name, value]) => [scalarInput(index, name), Float32Array.of(value)]));
}

function arraysOf({ model, optimizerState }: TrainingState): Record<string, Float32Array> {
  return Object.fromEntries([...model, ...optimizerState].map(([name, { data }]) => [name, data]));
}
