import { stat } from 'node:fs/promises';
import { writeWeights } from '../files/weights-file.ts';
import { openModel } from '../runs/model-files.ts';

/** Writes a run's generator as safetensors, named and laid out as in the run, with its config as metadata. */
export async function writeGeneratorWeights(run: string, path: string): Promise<{ readonly bytes: number }> {
  const { config, tensors } = await openModel(run);
  const generator = new Map([...tensors].filter(([name]) => name.startsWith('G/')));
  await writeWeights(path, generator, { config: JSON.stringify(config) });
  return { bytes: (await stat(path)).size };
}
