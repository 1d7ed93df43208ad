import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { RunConfig } from '../../src/config/config.ts';
import { writeWeights } from '../../src/files/weights-file.ts';
import { writeConfig } from '../../src/runs/run-folder.ts';
import { translatePass } from '../../src/step/graphs.ts';
import { trainedValues } from './export-variants.ts';

/** Writes a run of one weights file, as training might have left it. */
export async function writeTrainedRun(run: string, config: RunConfig): Promise<void> {
  const values = trainedValues(config);
  const tensors = translatePass(config)
    .variables.all()
    .map(({ name, shape }) => [name, { data: values[name]!, shape }] as const);
  await mkdir(join(run, 'weights'), { recursive: true });
  await writeConfig(run, config);
  await writeWeights(join(run, 'weights', 'step-0000001.safetensors'), new Map(tensors));
}
