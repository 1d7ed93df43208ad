import { join } from 'node:path';
import { makeFolder } from '../src/files/folder.ts';
import { writeSyntheticFacades } from '../src/prepare/synthesize.ts';
import type { TrainingRequest } from '../src/server/api.ts';
import { openWorkspace, type Workspace } from '../src/server/workspace.ts';
import { temporaryFolder } from './data-fixtures.ts';

/** Settings with which a step takes milliseconds. */
export const tinyConfig = {
  preset: 'lite',
  direction: 'BtoA',
  size: [32, 32],
  epochs: 2,
  generator: { filters: 2 },
  discriminator: { filters: 2 },
};

export const tinyTraining: TrainingRequest = { dataset: 'facades', config: tinyConfig };

/** A folder with a data set of facades, 32×32, and an empty folder of runs. */
export async function tinyWorkspace(folder?: string): Promise<Workspace> {
  const root = folder ?? (await temporaryFolder());
  await writeSyntheticFacades(join(root, 'facades'), { train: 8, test: 3, size: 32, seed: 0 });
  await makeFolder(join(root, 'runs'));
  return openWorkspace(join(root, 'runs'), root);
}
