import { sizesOf } from '../../export/description.ts';
import type { RunAction, RunDetail, RunState, RunStatus, RunSummary } from '../api.ts';
import { idOf, isBelow, type Workspace } from '../workspace.ts';
import { listCheckpoints, listSamples, type Run } from './catalog.ts';

/** A run's status, and what can be done with it. */
export function stateOf(run: Run, hasCheckpoint: boolean): RunState {
  const status = statusOf(run);
  if (run.isElsewhere) {
    return { status, message: 'Another process trains it', actions: hasCheckpoint ? ['branch'] : [] };
  }
  const actions = actionsAt[status].filter(action => action !== 'branch' || hasCheckpoint);
  return { status, message: run.job?.status === status ? run.job.message : null, actions };
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

/** This server's own trainings are known; of others, the log tells whether they came to an end. */
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
    epoch: step?.epoch ?? 0,
    epochs: config.epochs,
    step: step?.step ?? log?.end?.steps ?? 0,
    totalSteps: step?.totalSteps ?? start?.totalSteps ?? null,
    losses: step
      ? { discriminator: step.discriminatorLoss, generator: step.generatorLoss, l1: step.l1 }
      : null,
    imagesPerSecond: step?.imagesPerSecond ?? null,
    secondsLeft: step?.secondsLeft ?? null,
    sample: samples.at(-1) ?? null,
    checkpoint: checkpoints.at(-1)?.step ?? null,
    updated: log?.updated ?? job?.asked ?? new Date(0).toISOString(),
  };
  return { summary, samples, checkpoints };
}

/** The id of the data set that a run learns from, where it lies in the workspace. */
export function datasetOf({ data }: Workspace, run: Run): string | null {
  return run.data !== undefined && isBelow(data, run.data) ? idOf(data, run.data) : null;
}
