import { basename, join } from 'node:path';
import type { infer as Infer } from 'zod';
import type { RunConfig } from '../../config/config.ts';
import { type ConfigOverrides, resolveConfig } from '../../config/resolve-config.ts';
import { elements } from '../../core/shape.ts';
import { assertFillsBatch } from '../../data/loading/epochs.ts';
import { openPairs } from '../../data/pairing.ts';
import { exists } from '../../files/folder.ts';
import { input } from '../../graph/index.ts';
import { trainingMode } from '../../nn/layers.ts';
import { Variables } from '../../nn/variables.ts';
import { createRunFolder } from '../../runs/run-folder.ts';
import { resolveConfigFor } from '../../train/resolve-for-data.ts';
import { resumeRequest } from '../../train/resume-request.ts';
import { conditionShape, discriminatorLogits, generator, targetShape } from '../../training/model.ts';
import type { branchRequestSchema, Estimate, trainRequestSchema } from '../api.ts';
import { findDataset } from '../datasets/catalog.ts';
import { Refusal } from '../errors.ts';
import type { Studio } from '../studio.ts';
import { idOf } from '../workspace.ts';
import { datasetOf, findCheckpoint, findRun, stateOf } from './catalog.ts';

type TrainingWish = Infer<typeof trainRequestSchema>;
type BranchWish = Infer<typeof branchRequestSchema>;

/** A wish with everything looked up and checked. */
export interface Plan {
  readonly data: string;
  readonly config: RunConfig;
  readonly notes: readonly string[];
  readonly pairs: number;
}

/** Checks a wish against the data and the presets. Throws {@link UserError} or {@link Refusal}. */
export async function planRun({ workspace }: Studio, { dataset, config }: TrainingWish): Promise<Plan> {
  const data = await findDataset(workspace, dataset);
  resolveConfig(config as ConfigOverrides); // refused before the data is looked at
  const { pairs } = await openPairs(data, { split: 'train' });
  const resolved = await resolveConfigFor(config as ConfigOverrides, pairs);
  assertFillsBatch(pairs.length, resolved.config.batchSize);
  return { data, ...resolved, pairs: pairs.length };
}

/** Makes a run folder and trains into it, or waits for the machine. Returns the run's id. */
export async function startRun(studio: Studio, wish: TrainingWish): Promise<string> {
  const { workspace, queue } = studio;
  const { data, config } = await planRun(studio, wish);
  const runFolder = await freeFolder(workspace.runs, wish.name, `${config.preset}-${basename(data)}`);
  await createRunFolder(runFolder, { force: false });
  const id = idOf(workspace.runs, runFolder);
  queue.add(id, { data, runFolder, config, skipBad: wish.skipBad });
  return id;
}

/** A new run with the settings and weights of another one's checkpoint, and with what the wish changes. */
export async function branchRun(studio: Studio, id: string, wish: BranchWish): Promise<string> {
  const { workspace, queue } = studio;
  const parent = await findRun(workspace, queue, id);
  const dataset = wish.dataset ?? datasetOf(workspace, parent) ?? missingData(id);
  const data = await findDataset(workspace, dataset);
  const { path: from } = await findCheckpoint(parent, wish.checkpoint);
  const { config } = resolveConfig(wish.config as ConfigOverrides, parent.config);
  const { pairs } = await openPairs(data, { split: 'train' });
  assertFillsBatch(pairs.length, config.batchSize);
  const runFolder = await freeFolder(workspace.runs, wish.name, `${basename(parent.folder)}-branch`);
  await createRunFolder(runFolder, { force: false });
  const branch = idOf(workspace.runs, runFolder);
  queue.add(branch, { data, runFolder, config, skipBad: wish.skipBad, from });
  return branch;
}

function missingData(id: string): never {
  throw new Refusal(409, `Cannot branch "${id}": its data is not in the workspace; name a data set`);
}

/** Lets a paused run go on, or takes up one that ended before its time from its last checkpoint. */
export async function resumeRun({ workspace, queue }: Studio, id: string): Promise<void> {
  const run = await findRun(workspace, queue, id);
  const { status, actions } = stateOf(run, true);
  if (!actions.includes('resume')) throw new Refusal(409, `Cannot resume "${id}": it is ${status}`);
  if (status === 'paused') return queue.resume(id);
  if (datasetOf(workspace, run) === null) {
    throw new Refusal(
      409,
      `Cannot resume "${id}": its data is not in the workspace; start the studio with --data`,
    );
  }
  const { request } = await resumeRequest(run.folder);
  queue.add(id, request);
}

/** The folder of that name, or, where none was wished for, the first free one of `<usual>`, `<usual>-2`, … */
async function freeFolder(root: string, name: string | undefined, usual: string): Promise<string> {
  if (name !== undefined) {
    if (!(await exists(join(root, name)))) return join(root, name);
    throw new Refusal(409, `Cannot train into "${name}": there is a run of that name; choose another`);
  }
  for (let number = 1; ; number++) {
    const folder = join(root, number === 1 ? usual : `${usual}-${number}`);
    if (!(await exists(folder))) return folder;
  }
}

/** Settles a wish's config and counts its steps; times some of them on this machine where asked to and nothing trains. */
export async function estimateRun(
  studio: Studio,
  wish: Infer<typeof trainRequestSchema>,
  { measure, signal }: { readonly measure: boolean; readonly signal: AbortSignal },
): Promise<Estimate> {
  const { config, notes, pairs } = await planRun(studio, wish);
  const stepsPerEpoch = Math.floor(pairs / config.batchSize);
  const totalSteps = Math.min(config.epochs * stepsPerEpoch, config.steps ?? Number.POSITIVE_INFINITY);
  const isBusy = studio.queue.withStatus('running', 'stopping').length > 0;
  const secondsPerStep = measure && !isBusy ? await studio.models.run('timeSteps', { config }, signal) : null;
  const limit = config.minutes === null ? Number.POSITIVE_INFINITY : config.minutes * 60;
  return {
    config,
    notes: [...notes],
    stepsPerEpoch,
    totalSteps,
    secondsPerStep,
    seconds: secondsPerStep === null ? null : Math.min(totalSteps * secondsPerStep, limit),
    parameters: countParameters(config),
  };
}

function countParameters(config: RunConfig): Estimate['parameters'] {
  const variables = { generator: new Variables(), discriminator: new Variables() };
  const image = input('image', targetShape(config, 1));
  const condition = input('condition', conditionShape(config, 1));
  generator(config, variables.generator, condition, trainingMode);
  discriminatorLogits(config, variables.discriminator, image, condition, trainingMode);
  const count = (of: Variables) => of.trainable().reduce((sum, { shape }) => sum + elements(shape), 0);
  return { generator: count(variables.generator), discriminator: count(variables.discriminator) };
}
