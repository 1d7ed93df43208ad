import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { RunConfig } from '../../config/config.ts';
import { sizesOf } from '../../export/description.ts';
import { exists, isBelow } from '../../files/folder.ts';
import { checkpointFiles } from '../../runs/checkpoint/manifest.ts';
import { type CheckpointEntry, listCheckpoints as listFolders } from '../../runs/checkpoint/read.ts';
import { assertNotTraining } from '../../runs/lock.ts';
import { isRunFolder, type RunSource, readRun as readSaved, runPaths } from '../../runs/run-folder.ts';
import type { Checkpoint, RunAction, RunDetail, RunState, RunStatus, RunSummary, Sample } from '../api.ts';
import { Refusal } from '../errors.ts';
import { findFolders, idOf, locate, type Workspace } from '../workspace.ts';
import { type LogState, readLogState } from './log-state.ts';
import { isOver, type Job, type TrainingQueue } from './training-queue.ts';

/** A run on disk, in training, or both. */
export interface Run {
  readonly id: string;
  readonly folder: string;
  readonly config: RunConfig;
  /** Whether its config is saved, so that it can be resumed. */
  readonly isSaved: boolean;
  /** Folder of its pairs; undefined if unknown. */
  readonly data: string | undefined;
  /** Whether a process that this server has not started trains it. */
  readonly isElsewhere: boolean;
  readonly log: LogState | undefined;
  /** Its latest training by this server. */
  readonly job: Job | undefined;
}

const depth = 3;

/** All runs, the last changed first. Folders with an unreadable config are left out. */
export async function listRuns({ runs }: Workspace, queue: TrainingQueue): Promise<Run[]> {
  const saved = await findFolders(runs, depth, isRunFolder);
  const inTraining = queue.all().map(({ request }) => request.runFolder);
  const folders = [...new Set([...saved, ...inTraining])];
  const found = await Promise.all(folders.map(folder => readRun(idOf(runs, folder), folder, queue)));
  return found.filter(run => run !== undefined).sort((a, b) => (changed(a) < changed(b) ? 1 : -1));
}

/** Throws {@link Refusal} if there is no such run. */
export async function findRun({ runs }: Workspace, queue: TrainingQueue, id: string): Promise<Run> {
  const folder = queue.get(id)?.request.runFolder ?? (await locate(runs, id));
  const run = folder && (await readRun(id, folder, queue));
  if (run) return run;
  throw new Refusal(404, `Cannot find run "${id}"`);
}

async function readRun(id: string, folder: string, queue: TrainingQueue): Promise<Run | undefined> {
  const job = queue.get(id);
  const saved = await savedRun(folder);
  const known = saved ?? (job && { config: job.request.config, source: job.request });
  if (!known) return undefined;
  const { config, source } = known;
  const isOurs = job !== undefined && !isOver(job);
  const isElsewhere = !isOurs && !(await isFree(folder));
  return {
    id,
    folder,
    config,
    isSaved: saved !== undefined,
    data: source?.data,
    job,
    isElsewhere,
    log: (isOurs && job.progress) || (await readLogState(runPaths(folder).log)),
  };
}

async function savedRun(folder: string): Promise<{ config: RunConfig; source?: RunSource } | undefined> {
  return (await isRunFolder(folder)) ? readSaved(folder).catch(() => undefined) : undefined;
}

async function isFree(folder: string): Promise<boolean> {
  return assertNotTraining(folder).then(
    () => true,
    () => false,
  );
}

function changed({ log, job }: Run): string {
  return log?.updated ?? job?.requestedAt ?? '';
}

/** Pictures of a run, the pair first, then by epoch. */
async function listSamples({ id, folder }: Pick<Run, 'id' | 'folder'>): Promise<Sample[]> {
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
  const saved = await listFolders(folder);
  const found = saved.map(async ({ path, step }) => {
    const info = await stat(join(path, checkpointFiles.model)).catch(() => undefined);
    return info ? [{ step, bytes: info.size, saved: info.mtime.toISOString() }] : [];
  });
  return (await Promise.all(found)).flat();
}

/** The checkpoint of a step; default: the newest. Throws {@link Refusal} if there is none. */
export async function findCheckpoint(
  { id, folder }: Pick<Run, 'id' | 'folder'>,
  step: number | undefined,
): Promise<CheckpointEntry> {
  const saved = await listFolders(folder);
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

/**
 * Does something with the checkpoint of a step (default: the newest), and tries again with a newer one if that was removed
 * meanwhile. Throws {@link Refusal} if there is none.
 */
export async function useCheckpoint<Result>(
  run: Pick<Run, 'id' | 'folder'>,
  step: number | undefined,
  use: (checkpoint: CheckpointEntry) => Promise<Result>,
): Promise<Result> {
  for (;;) {
    const checkpoint = await findCheckpoint(run, step);
    try {
      return await use(checkpoint);
    } catch (error) {
      if (await exists(checkpoint.path)) throw error;
    }
  }
}

/** The file with a checkpoint's weights. */
export function weightsOf({ path }: CheckpointEntry): string {
  return join(path, checkpointFiles.model);
}

/** The file of one of its pictures. */
export function samplePath(folder: string, name: string): string {
  return join(runPaths(folder).samples, name);
}

/** A run's status, and what can be done with it. */
export function stateOf(run: Run, hasCheckpoint: boolean): RunState {
  const status = statusOf(run);
  if (run.isElsewhere) {
    return {
      status,
      message: 'Another process is training this run',
      actions: hasCheckpoint ? ['branch'] : [],
    };
  }
  const can: Partial<Record<RunAction, boolean>> = {
    branch: hasCheckpoint,
    resume: run.isSaved || status === 'paused',
  };
  const actions = actionsAt[status].filter(action => can[action] ?? true);
  return { status, message: run.job?.status === status ? run.job.message : null, actions };
}

/** A run's status as the files now say, and what can be done with it. */
export async function currentState(run: Run): Promise<RunState> {
  return stateOf(run, (await listCheckpoints(run.folder)).length > 0);
}

const actionsAt: Record<RunStatus, readonly RunAction[]> = {
  queued: ['stop'],
  running: ['pause', 'stop', 'branch'],
  paused: ['resume', 'stop', 'branch'],
  stopping: [],
  finished: ['branch'],
  stopped: ['resume', 'branch'],
  interrupted: ['resume', 'branch'],
  failed: ['resume', 'branch'],
};

/** Known for this server's own trainings; for others, read from the log. */
function statusOf({ job, log, isElsewhere }: Run): RunStatus {
  if (isElsewhere) return 'running';
  if (job) return job.status;
  return log?.end?.reason ?? 'interrupted';
}

export async function summaryOf(workspace: Workspace, run: Run): Promise<RunSummary> {
  const { summary } = await describe(workspace, run);
  return summary;
}

export async function detailOf(workspace: Workspace, run: Run): Promise<RunDetail> {
  const { summary, samples, checkpoints } = await describe(workspace, run);
  return { ...summary, config: run.config, sizes: sizesOf(run.config), samples, checkpoints };
}

async function describe(workspace: Workspace, run: Run) {
  const { id, folder, config, log, job } = run;
  const [samples, checkpoints] = await Promise.all([listSamples(run), listCheckpoints(folder)]);
  const { start, step } = log ?? {};
  const summary: RunSummary = {
    ...stateOf(run, checkpoints.length > 0),
    id,
    preset: config.preset,
    direction: config.direction,
    size: config.size,
    dataset: datasetOf(workspace, run),
    device: job?.request.device ?? start?.device ?? null,
    epoch: step?.epoch ?? 0,
    epochs: config.epochs,
    step: step?.step ?? log?.end?.steps ?? start?.step ?? 0,
    totalSteps: step?.totalSteps ?? start?.totalSteps ?? null,
    losses: step
      ? { discriminator: step.discriminatorLoss, generator: step.generatorLoss, l1: step.l1 }
      : null,
    imagesPerSecond: step?.imagesPerSecond ?? null,
    secondsLeft: step?.secondsLeft ?? null,
    sample: samples.at(-1) ?? null,
    checkpoint: checkpoints.at(-1)?.step ?? null,
    updated: log?.updated ?? job?.requestedAt ?? new Date(0).toISOString(),
  };
  return { summary, samples, checkpoints };
}

/** The id of a run's data set, if it is in the workspace. */
export function datasetOf({ data }: Workspace, run: Run): string | null {
  return run.data !== undefined && isBelow(data, run.data) ? idOf(data, run.data) : null;
}
