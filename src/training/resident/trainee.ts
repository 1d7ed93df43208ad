import type { RunConfig } from '../../config/config.ts';
import type { Random } from '../../core/random.ts';
import { inHalf } from '../../lower/half.ts';
import type { Device } from '../../runtime/device.ts';
import { compileResident, type Runtime } from '../../runtime/resident.ts';
import { createBatchBuffers, drawNoise } from '../batch-buffers.ts';
import { createLearner } from '../learner.ts';
import { createLossScale } from '../loss-scale.ts';
import { createPlateau } from '../schedule.ts';
import type { StepLosses, Trainee, TraineeOptions } from '../trainee.ts';
import { stateOf, type TrainingState } from '../training-state.ts';
import { createUpdates, translating } from '../updates.ts';
import { nextRates } from './rates.ts';
import { ALL_GRADIENTS, lossOf, stepGraph } from './step-graph.ts';

/** A trainee whose networks stay on the device: a batch and a few numbers go there for a step, the losses come back. */
export interface ResidentTrainee extends Trainee {
  /** Bytes that went to the device and came back in the last step. */
  readonly moved: { readonly up: number; readonly down: number };
}

/** Builds the networks and compiles the whole step as one program. */
export async function createResidentTrainee(
  runtime: Runtime,
  device: Device,
  config: RunConfig,
  random: Random,
  { noise, parts, ...options }: TraineeOptions = {},
): Promise<ResidentTrainee> {
  const graph = stepGraph(config, parts);
  const weights = random.split('weights');
  const generator = createLearner(graph.variables.generator, weights, config.optimizer);
  const discriminator = createLearner(graph.variables.discriminator, weights, config.optimizer);
  const update = createUpdates(config, generator, discriminator);
  const plateau = createPlateau(config.schedule);
  const streams = { mix: random.split('mix'), dropout: random.split('dropout') };
  const translated = translating(generator, update);
  const lossScale = config.precision === 'float16' ? createLossScale() : undefined;
  const state = stateOf({ generator, translated, discriminator, update, plateau, streams, lossScale });
  const batch = createBatchBuffers(config, graph.masks);
  const noiseOf = noise ?? (name => (name === 'mix' ? streams.mix : streams.dropout));
  const target = lossScale ? inHalf(device.target) : device.target;
  const program = await compileResident(runtime, { ...device, target }, graph.outputs, options);
  const push = () => program.put(arraysOf(state));
  await push();
  return {
    generator: translated,
    discriminator,
    state,
    images: null,
    moved: program.moved,
    push,
    pull: () => program.get(arraysOf(state)),
    step: async ({ condition, target }, learningRate) => {
      drawNoise(batch, graph.masks, noiseOf);
      const rates = graph.updates.map(each =>
        nextRates(each, config.optimizer, update, learningRate * plateau.factor),
      );
      const feeds = Object.assign({ ...batch.masks, mix: batch.mix, condition, target }, ...rates);
      const isSound = (results: Arrays) => Number.isFinite(results[ALL_GRADIENTS]?.[0] ?? 0);
      let results: Arrays;
      do results = await program.run({ ...feeds, ...lossScale?.inputs() }, isSound);
      while (lossScale?.asksAgain(isSound(results)));
      const losses = lossesOf(results, config.loss.discriminator);
      plateau.observe(config.loss.l1 > 0 ? losses.l1 : losses.generator);
      return losses;
    },
    release: () => program.release(),
  };
}

type Arrays = Readonly<Record<string, Float32Array>>;

/** As {@link StepLosses} has them, whichever the algorithm. */
function lossesOf(results: Arrays, discriminatorFactor: number): StepLosses {
  const loss = (name: string) => results[lossOf(name)]?.[0] ?? 0;
  const both = loss('discriminator') / discriminatorFactor + loss('real') + loss('fake');
  return { discriminator: both / 2, generator: loss('generator'), l1: loss('l1') };
}

function arraysOf({ model, memory }: TrainingState): Record<string, Float32Array> {
  return Object.fromEntries([...model, ...memory].map(([name, { data }]) => [name, data]));
}
