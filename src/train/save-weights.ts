import type { RunConfig } from './config.ts';
import type { CheckpointEvent } from './events.ts';
import type { Learner } from './learner.ts';
import type { WeightTensor } from './safetensors.ts';
import { pruneWeights, weightsPath } from './saved-weights.ts';
import type { Trainee } from './step.ts';
import { writeWeights } from './weights-file.ts';

/** Saves both networks' weights and state, and removes all but the last three files. */
export async function saveWeights(
  runFolder: string,
  config: RunConfig,
  { generator, discriminator }: Trainee,
  { epoch, step }: { readonly epoch: number; readonly step: number },
): Promise<CheckpointEvent> {
  const path = weightsPath(runFolder, step);
  const tensors = new Map([...tensorsOf(generator), ...tensorsOf(discriminator)]);
  await writeWeights(path, tensors, { config: JSON.stringify(config), epoch: `${epoch}`, step: `${step}` });
  await pruneWeights(runFolder);
  return { type: 'checkpoint', epoch, step, path };
}

function tensorsOf({ variables, values }: Learner): [string, WeightTensor][] {
  return variables.map(({ name, shape }) => [name, { shape, data: values[name]! }]);
}
