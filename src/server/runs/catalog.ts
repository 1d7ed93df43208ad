import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { listCheckpoints as listSaved } from '../../train/checkpoint/list.ts';
import { checkpointFiles } from '../../train/checkpoint/write.ts';
import type { RunConfig } from '../../train/config.ts';
import { isRunFolder, readConfig } from '../../train/run-config-file.ts';
import { runPaths } from '../../train/run-folder.ts';
import type { Checkpoint, Sample } from '../api.ts';
import { Refusal } from '../problem.ts';
import { findFolders, idOf, locate, type Workspace } from '../workspace.ts';
import { type LogState, readLogState } from './log-state.ts';
import type { Job, TrainingQueue } from './training-queue.ts';

/** A run on disk, in training, or both. */
export interface Run {
  readonly id: string;
  readonly folder: string;
  readonly config: RunConfig;
  readonly log: LogState | undefined;
  /** Its latest training by this server. */
  readonly job: Job | undefined;
}

const depth = 3;

/** All runs, those that changed last first. Folders whose config can't be understood are left out. */
export async function listRuns({ runs }: Workspace, queue: TrainingQueue): Promise<Run[]> {
  const saved = await findFolders(runs, depth, isRunFolder);
  const inTraining = queue.all().map(({ request }) => request.runFolder);
  const folders = [...new Set([...saved, ...inTraining])];
  const found = await Promise.all(folders.map(folder => readRun(idOf(runs, folder), folder, queue)));
  return found.filter(run => run !== undefined).sort((a, b) => (changed(a) < changed(b) ? 1 : -1));
}

/** Throws {@link Refusal} where there is no such run. */
export async function findRun({ runs }: Workspace, queue: TrainingQueue, id: string): Promise<Run> {
  const folder = queue.get(id)?.request.runFolder ?? (await locate(runs, id));
  const run = folder && (await readRun(id, folder, queue));
  if (run) return run;
  throw new Refusal(404, `Cannot find run "${id}"`);
}

async function readRun(id: string, folder: string, queue: TrainingQueue): Promise<Run | undefined> {
  const job = queue.get(id);
  const config = await savedConfig(folder).catch(() => job?.request.config);
  if (!config) return undefined;
  return { id, folder, config, job, log: await readLogState(runPaths(folder).log) };
}

async function savedConfig(folder: string): Promise<RunConfig> {
  if (!(await isRunFolder(folder))) throw new Refusal(404, `Cannot find a run in "${folder}"`);
  return readConfig(folder);
}

function changed({ log, job }: Run): string {
  return log?.updated ?? job?.asked ?? '';
}

/** Pictures of a run, the pair first, then by epoch. */
export async function listSamples({ id, folder }: Pick<Run, 'id' | 'folder'>): Promise<Sample[]> {
  const names = await readdir(runPaths(folder).samples).catch(() => []);
  return names
    .flatMap(name => {
      const epoch = /^(\d+)\.png$/.exec(name)?.[1];
      if (epoch === undefined && name !== 'pair.png') return [];
      return [sampleOf(id, name, epoch)];
    })
    .sort((a, b) => order(a) - order(b));
}

function sampleOf(id: string, name: string, epoch: string | undefined): Sample {
  const url = `/api/runs/${encodeURIComponent(id)}/samples/${name}`;
  return epoch === undefined
    ? { name, kind: 'pair', epoch: 0, url }
    : { name, kind: 'grid', epoch: Number(epoch), url };
}

const order = ({ kind, epoch }: Sample): number => (kind === 'pair' ? -1 : epoch);

/** Checkpoints of a run, oldest first. */
export async function listCheckpoints(folder: string): Promise<Checkpoint[]> {
  const saved = await savedModels(folder);
  const found = saved.map(async ({ path, step }) => {
    const info = await stat(path).catch(() => undefined);
    return info ? [{ step, bytes: info.size, saved: info.mtime.toISOString() }] : [];
  });
  return (await Promise.all(found)).flat();
}

async function savedModels(folder: string): Promise<{ path: string; step: number }[]> {
  return (await listSaved(folder)).map(({ path, step }) => ({
    path: join(path, checkpointFiles.model),
    step,
  }));
}

/** The weights file of a checkpoint, the newest where no step is given. Throws {@link Refusal} where there is none. */
export async function checkpointFile(
  { id, folder }: Pick<Run, 'id' | 'folder'>,
  step: number | undefined,
): Promise<{ readonly path: string; readonly step: number }> {
  const saved = await savedModels(folder);
  const found = step === undefined ? saved.at(-1) : saved.find(each => each.step === step);
  if (found) return found;
  const kept = saved.map(each => each.step).join(', ');
  throw new Refusal(
    404,
    saved.length === 0
      ? `Cannot use "${id}": it has no checkpoint yet`
      : `Cannot find the checkpoint of "${id}" after ${step} steps: it has those after ${kept}`,
  );
}

/** The file of one of its pictures. */
export function samplePath(folder: string, name: string): string {
  return join(runPaths(folder).samples, name);
}
