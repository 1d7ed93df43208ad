import { dirname, relative, resolve, sep } from 'node:path';
import { trainingSizes } from '../../config/size-stages.ts';
import { UserError } from '../../core/errors.ts';
import type { Direction } from '../../core/image-pair.ts';
import { assertFillsBatch } from '../../data/loading/epochs.ts';
import type { PairSet } from '../../data/pairing.ts';
import { openPairs } from '../../data/pairing.ts';
import { exists } from '../../files/folder.ts';
import { createRunFolder, runPaths } from '../../runs/run-folder.ts';
import { assertPrecision } from '../../step/loss-scale.ts';
import { openCsv } from '../../tracking/csv.ts';
import { openTensorBoard } from '../../tracking/tensorboard.ts';
import type { Tracker } from '../../tracking/tracker.ts';
import type { TrainRequest } from '../../train/request.ts';
import { followTraining, type TrainingOutcome } from './follow-training.ts';

/** A run to start or to resume. */
export interface PlannedTraining {
  readonly request: TrainRequest;
  /** The training pairs, if they have been listed already. */
  readonly pairs?: PairSet | undefined;
  /** What the user should know of its settings. */
  readonly notes: readonly string[];
  /** Replace an earlier run. */
  readonly force: boolean;
}

/** What other programs are to read of the run, in its folder. */
export interface Tracking {
  readonly tensorboard: boolean;
  readonly csv: boolean;
}

/** Checks data and run folder, prints what will be trained, and trains to the end. */
export async function runTraining(
  plan: PlannedTraining & { readonly json: boolean; readonly track?: Tracking },
): Promise<TrainingOutcome> {
  const { request, notes, force, json } = plan;
  const { data, runFolder, config, resume = false } = request;
  const pairs = plan.pairs ?? (await openPairs(data, { split: 'train' }));
  assertFillsBatch(pairs.pairs.length, config.batchSize);
  assertPrecision(config, request.device);
  if (!resume) {
    if (force) assertSourcesStay(request);
    await createRunFolder(runFolder, { force });
  }
  if (!json) {
    const sizes = trainingSizes(config).map(size => size.join('×'));
    console.log(`Found ${pairs.description}`);
    console.log(describeDirection(pairs, config.direction));
    console.log(
      `Preset "${config.preset}" at ${sizes.join(', then ')}, ${resume ? 'resuming in' : 'into'} ${runFolder}`,
    );
    if (pairs.by === 'order')
      console.log('Note: No names are equal, so pairs are formed by order: look at samples/pair.png');
    for (const note of notes) console.log(`Note: ${note}`);
  }
  const { startTraining } = await import('../../train/start.ts');
  const trackers = await openTrackers(runFolder, plan.track);
  try {
    return await followTraining(startTraining({ ...request, pairs: pairs.pairs }), { json, trackers });
  } finally {
    if (!json && !(await exists(runFolder)))
      console.log(`Removed "${runFolder}": no checkpoint had been saved`);
  }
}

/** Throws {@link UserError} if what the run starts from is in the folder that it replaces. */
function assertSourcesStay({ runFolder, from, forms }: TrainRequest): void {
  const runOfForms = ['measured', 'shipped'].includes(forms ?? '') ? undefined : forms;
  for (const [flag, path] of Object.entries({ from, forms: runOfForms })) {
    if (path === undefined || !`${resolve(path)}${sep}`.startsWith(`${resolve(runFolder)}${sep}`)) continue;
    throw new UserError(
      `Cannot train into "${runFolder}": --${flag} ${path} is in it, and the new run would replace it; use another --out`,
    );
  }
}

async function openTrackers(runFolder: string, track?: Tracking): Promise<Tracker[]> {
  const trackers: Tracker[] = [];
  if (track?.tensorboard) trackers.push(await openTensorBoard(runPaths(runFolder).tensorboard));
  if (track?.csv) trackers.push(await openCsv(runPaths(runFolder).csv));
  return trackers;
}

/** `Learning B → A: from the right half (B) to the left half (A)` */
export function describeDirection(pairs: PairSet, direction: Direction): string {
  const [a, b] = sideNames(pairs);
  return direction === 'AtoB'
    ? `Learning A → B: from ${a} (A) to ${b} (B)`
    : `Learning B → A: from ${b} (B) to ${a} (A)`;
}

function sideNames({ folder, layout, pairs }: PairSet): [a: string, b: string] {
  const first = pairs[0];
  if (!first || 'file' in first) return ['the left half', 'the right half'];
  if (layout === 'manifest') return ['column condition', 'column target'];
  if (layout === 'suffixes') return ['the files "*_A"', 'the files "*_B"'];
  return [`"${relative(folder, dirname(first.a))}"`, `"${relative(folder, dirname(first.b))}"`];
}
