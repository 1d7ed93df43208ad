import { mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { assertEmptyFolder } from '../files/folder.ts';
import { writeFile } from '../files/write.ts';
import { lower } from '../lower/lower.ts';
import { convTarget } from '../lower/webgpu/index.ts';
import { openModel } from '../runs/model-files.ts';
import { trainingStep } from '../step/algorithms.ts';

export interface GraphFile {
  readonly path: string;
  readonly bytes: number;
}

/**
 * Writes the graphs of a run's training step, forward and backward, one ONNX file each, for inspection in a viewer:
 * generate, discriminate and fool (the generator's update). They are lowered to plain convolutions, which are easier to
 * read than the CPU's matrix products. Weights are inputs, gradients outputs.
 */
export async function writeTrainingGraphs(run: string, folder: string): Promise<GraphFile[]> {
  const { config } = await openModel(run);
  const { passes } = trainingStep(config);
  await assertEmptyFolder(folder, 'training graphs');
  await mkdir(folder, { recursive: true });
  return Promise.all(
    Object.entries(passes).map(async ([name, { outputs }]) => {
      const path = join(folder, `${name}.onnx`);
      await writeFile(path, lower(outputs, convTarget).model);
      return { path, bytes: (await stat(path)).size };
    }),
  );
}
