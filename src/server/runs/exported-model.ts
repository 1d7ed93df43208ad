import { readdir, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { CheckpointEntry } from '../../runs/checkpoint/list.ts';
import type { Worker } from '../work/worker.ts';
import { idOf, type Workspace } from '../workspace.ts';
import { type Run, weightsOf } from './catalog.ts';

/**
 * A checkpoint's generator as an ONNX file, made when it is first asked for and kept in `.studio` among the runs. Files
 * of the run's earlier checkpoints go.
 */
export async function exportedModel(
  { runs }: Workspace,
  models: Worker,
  { folder }: Run,
  checkpoint: CheckpointEntry,
  signal: AbortSignal,
): Promise<string> {
  const { mtimeMs } = await stat(weightsOf(checkpoint));
  const name = `${checkpoint.step}-${Math.round(mtimeMs)}.onnx`;
  const path = join(runs, '.studio', idOf(runs, folder), name);
  await models.run('exportModel', { model: checkpoint.path, path }, signal);
  await keepNewest(dirname(path));
  return path;
}

const kept = 4;

async function keepNewest(folder: string): Promise<void> {
  const names = (await readdir(folder)).filter(name => name.endsWith('.onnx'));
  const byStep = names.sort((a, b) => Number.parseInt(b, 10) - Number.parseInt(a, 10));
  for (const name of byStep.slice(kept)) await rm(join(folder, name), { force: true });
}
