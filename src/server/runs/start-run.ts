import { basename, join } from 'node:path';
import type { infer as Infer } from 'zod';
import { type RunConfig, usesDiscriminator } from '../../config/config.ts';
import { type ConfigOverrides, type ResolvedConfig, resolveConfig } from '../../config/resolve-config.ts';
import { sizeStages, stepsOfSize, totalStepsOf } from '../../config/size-stages.ts';
import { elements } from '../../core/shape.ts';
import { assertFillsBatch } from '../../data/loading/epochs.ts';
import type { PairFiles } from '../../data/pair-files.ts';
import { openPairs } from '../../data/pairing.ts';
import { exists } from '../../files/folder.ts';
import { input } from '../../graph/index.ts';
import { trainingMode } from '../../nn/layers.ts';
import type { Variables } from '../../nn/variables.ts';
import { copyModel } from '../../runs/checkpoint/write.ts';
import { createRunFolder, freeRunFolder, removeUnsavedRun, runPaths } from '../../runs/run-folder.ts';
import { assertTrainsIn, type ChosenDevice, type DeviceChoice } from '../../runtime/choose-device.ts';
import { trainedVariables } from '../../step/freeze.ts';
import { conditionShape, discriminatorLogits, generator, targetShape } from '../../step/model.ts';
import { resolveConfigFor } from '../../train/resolve-for-data.ts';
import { resumeRequest } from '../../train/resume-request.ts';
import type { branchRequestSchema, Estimate, resumeRequestSchema, trainRequestSchema } from '../api.ts';
import { findDataset } from '../datasets/catalog.ts';
import { Refusal } from '../errors.ts';
import type { Studio } from '../studio.ts';
import { idOf, isListed } from '../workspace.ts';
import { datasetOf, findCheckpoint, findRun, stateOf, useCheckpoint } from './catalog.ts';

type StartBody = Infer<typeof trainRequestSchema>;
type BranchRequest = Infer<typeof branchRequestSchema>;
type ResumeRequest = Infer<typeof resumeRequestSchema>;

/** A training request, resolved and checked. */
interface Plan extends ResolvedConfig {
  readonly data: string;
  readonly pairs: number;
  readonly computing: ChosenDevice;
}

/** Throws {@link UserError} or {@link Refusal} if data, settings and device don't fit together. */
async function plan(
  { workspace, devices }: Studio,
  { dataset, device }: { readonly dataset: string; readonly device: DeviceChoice },
  resolve: (pairs: readonly PairFiles[]) => ResolvedConfig | Promise<ResolvedConfig>,
): Promise<Plan> {
  const data = await findDataset(workspace, dataset);
  const { pairs } = await openPairs(data, { split: 'train' });
  const { config, notes } = await resolve(pairs);
  assertFillsBatch(pairs.length, config.batchSize);
  const computing = await devices.choose(device);
  assertTrainsIn(config.precision, computing);
  return { data, config, notes, pairs: pairs.length, computing };
}

function planRun(studio: Studio, request: StartBody): Promise<Plan> {
  return plan(studio, request, pairs => resolveConfigFor(request.config as ConfigOverrides, pairs));
}

/** Starts a training, or queues it. Returns the run's id. */
export async function startRun(studio: Studio, request: StartBody): Promise<string> {
  const planned = await planRun(studio, request);
  return enqueue(studio, planned, request, `${planned.config.preset}-${basename(planned.data)}`);
}

/** A new run from another run's checkpoint: its settings and weights, with the request's changes. */
export async function branchRun(studio: Studio, id: string, request: BranchRequest): Promise<string> {
  const { workspace, queue } = studio;
  const parent = await findRun(workspace, queue, id);
  const dataset = request.dataset ?? datasetOf(workspace, parent) ?? missingData(id);
  await findCheckpoint(parent, request.checkpoint);
  const planned = await plan(studio, { dataset, device: request.device }, () =>
    resolveConfig(request.config as ConfigOverrides, parent.config),
  );
  // A copy: the parent may remove the checkpoint while the branch waits.
  const copyStart = (folder: string) =>
    useCheckpoint(parent, request.checkpoint, ({ path }) => copyModel(path, folder));
  return enqueue(studio, planned, request, `${basename(parent.folder)}-branch`, copyStart);
}

/** @param copyStart copies the model to start from into a folder; default: random weights. */
async function enqueue(
  { workspace, queue }: Studio,
  { data, config, computing: { device } }: Plan,
  { name, skipBad }: Pick<StartBody, 'name' | 'skipBad'>,
  defaultName: string,
  copyStart?: (folder: string) => Promise<void>,
): Promise<string> {
  const runFolder =
    name === undefined
      ? await freeRunFolder(defaultName, workspace.runs)
      : await unusedFolder(workspace.runs, name);
  await createRunFolder(runFolder, { force: false });
  const from = copyStart && runPaths(runFolder).from;
  if (from) {
    await copyStart(from).catch(async error => {
      await removeUnsavedRun(runFolder);
      throw error;
    });
  }
  const id = idOf(workspace.runs, runFolder);
  queue.add(id, { data, runFolder, config, skipBad, from, device });
  return id;
}

async function unusedFolder(root: string, name: string): Promise<string> {
  if (!isListed(name))
    throw new Refusal(400, `Cannot name a run "${name}": the studio would not list it; use another name`);
  if (!(await exists(join(root, name)))) return join(root, name);
  throw new Refusal(409, `Cannot train into "${name}": a run with that name exists; choose another name`);
}

function missingData(id: string): never {
  throw new Refusal(409, `Cannot branch "${id}": its data is not in the workspace; choose a data set`);
}

/** Continues a paused run, or resumes one that ended early from its last checkpoint, on any device. */
export async function resumeRun(
  { workspace, queue, devices }: Studio,
  id: string,
  request: ResumeRequest,
): Promise<void> {
  const run = await findRun(workspace, queue, id);
  const { status, actions } = stateOf(run, false);
  if (!actions.includes('resume')) throw new Refusal(409, `Cannot resume "${id}": it is ${status}`);
  if (status === 'paused') {
    if (!request) return queue.resume(id);
    throw new Refusal(409, `Cannot change the paused run "${id}": stop it, then resume it with the changes`);
  }
  if (datasetOf(workspace, run) === null) {
    throw new Refusal(
      409,
      `Cannot resume "${id}": its data is not in the workspace; start the studio with --data`,
    );
  }
  const { config = {}, device = 'auto' } = request ?? {};
  const resumed = await resumeRequest(run.folder, config as ConfigOverrides);
  const computing = await devices.choose(device);
  assertTrainsIn(resumed.request.config.precision, computing);
  queue.add(id, { ...resumed.request, device: computing.device });
}

/** Resolves a request's config and number of steps. With `measure`, and if no training runs, also times steps on that device. */
export async function estimateRun(
  studio: Studio,
  request: StartBody,
  { measure, signal }: { readonly measure: boolean; readonly signal: AbortSignal },
): Promise<Estimate> {
  const { config, notes, pairs, computing } = await planRun(studio, request);
  const { device, description } = computing;
  const stepsPerEpoch = Math.floor(pairs / config.batchSize);
  const totalSteps = totalStepsOf(config, stepsPerEpoch);
  const isBusy = studio.queue.withStatus('running', 'stopping').length > 0;
  const secondsPerStep =
    measure && !isBusy ? await studio.models.run('timeSteps', { config, device }, signal) : null;
  const limit = config.minutes === null ? Number.POSITIVE_INFINITY : config.minutes * 60;
  const timedSteps = stepsOfSize(config.size, sizeStages(config, totalSteps));
  return {
    config,
    notes: [...notes],
    device,
    computing: description,
    stepsPerEpoch,
    totalSteps,
    secondsPerStep,
    seconds: secondsPerStep === null ? null : Math.min(timedSteps * secondsPerStep, limit),
    parameters: countParameters(config),
  };
}

/** How many weights a run trains: none of a discriminator that its objective doesn't use. */
function countParameters(config: RunConfig): Estimate['parameters'] {
  const variables = { generator: trainedVariables(config), discriminator: trainedVariables(config) };
  const image = input('image', targetShape(config, 1));
  const condition = input('condition', conditionShape(config, 1));
  generator(config, variables.generator, condition, trainingMode);
  if (usesDiscriminator(config))
    discriminatorLogits(config, variables.discriminator, image, condition, trainingMode);
  const count = (of: Variables) => of.trainable().reduce((sum, { shape }) => sum + elements(shape), 0);
  return { generator: count(variables.generator), discriminator: count(variables.discriminator) };
}
