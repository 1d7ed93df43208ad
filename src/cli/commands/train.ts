import { presets } from '../../config/presets.ts';
import { type ResolvedConfig, resolveConfig } from '../../config/resolve-config.ts';
import { UserError } from '../../core/errors.ts';
import type { CachePlace } from '../../data/loading/pair-cache.ts';
import { openPairs } from '../../data/pairing.ts';
import { abortAllOnFailure, launchedRank } from '../../distributed/launcher.ts';
import { includedModels } from '../../export/included-models.ts';
import { exists } from '../../files/folder.ts';
import { openModel } from '../../runs/model-files.ts';
import { defaultRunFolder } from '../../runs/run-folder.ts';
import { chooseDevice } from '../../runtime/choose-device.ts';
import type { TrainRequest } from '../../train/request.ts';
import { resolveConfigFor } from '../../train/resolve-for-data.ts';
import { resumeRequest } from '../../train/resume-request.ts';
import { shellWord } from '../format.ts';
import { defineCommand } from '../options/command.ts';
import { parseNumber, parseThreads } from '../options/parse.ts';
import { overridesFrom, runOptions } from '../options/run-options.ts';
import { deviceOption, jsonOption, threadsOption } from '../options/shared-options.ts';
import type { TrainingOutcome } from '../training/follow-training.ts';
import { joinRun } from '../training/join-run.ts';
import { type PlannedTraining, runTraining } from '../training/run-training.ts';

interface TrainArgs extends Readonly<Record<string, unknown>> {
  readonly data?: string | undefined;
  readonly out?: string | undefined;
  readonly resume?: string | undefined;
  readonly from?: string | undefined;
  readonly force?: boolean | undefined;
  readonly device?: string | undefined;
  readonly threads?: string | undefined;
  readonly forms?: string | undefined;
  readonly cache?: string | undefined;
  readonly 'cache-gb'?: string | undefined;
  readonly 'skip-bad'?: boolean | undefined;
}

export const train = defineCommand({
  details:
    'Without --preset, label maps get preset labels, and all other inputs preset images. The defaults below are those of images. docs/settings.md explains all settings.',
  args: {
    data: {
      type: 'positional',
      required: false,
      description: 'Folder of image pairs, or s3:// address of tar shards',
    },
    out: { type: 'string', valueHint: 'DIR', description: 'Run folder (default: runs/<preset>-<data>)' },
    resume: { type: 'string', valueHint: 'RUN', description: 'Resume the run in this folder' },
    from: {
      type: 'string',
      valueHint: 'MODEL',
      description: 'Fine-tune: start from the weights and settings of a run or checkpoint',
    },
    force: {
      type: 'boolean',
      description:
        'Replace an existing run in --out; the old run is deleted once the new one has saved its first checkpoint',
    },
    device: deviceOption,
    threads: {
      ...threadsOption,
      group: 'Device',
      rare: true,
      description: 'CPU threads (default: one per core, divided among the processes on a machine)',
    },
    forms: {
      type: 'string',
      valueHint: 'measured|shipped|RUN',
      group: 'Device',
      rare: true,
      description:
        'Forms of convolutions on the CPU: the fastest as measured here, the same on every machine, or those of another run (default: measured, but shipped in trainings of less than 5 minutes)',
    },
    ...runOptions(presets.images),
    'skip-bad': { type: 'boolean', group: 'Data', rare: true, description: 'Skip pairs that cannot be read' },
    cache: {
      type: 'string',
      valueHint: 'DIR',
      group: 'Data',
      rare: true,
      description: 'Cache decoded pairs in this folder for later epochs and runs; helps with large images',
    },
    'cache-gb': {
      type: 'string',
      valueHint: 'GB',
      group: 'Data',
      rare: true,
      description: 'Largest size of the cache in GB (default: 20)',
    },
    'print-config': { type: 'boolean', group: 'Output', description: 'Print the complete settings and exit' },
    tensorboard: {
      type: 'boolean',
      group: 'Output',
      rare: true,
      description: 'Write TensorBoard files into the run folder',
    },
    csv: {
      type: 'boolean',
      group: 'Output',
      rare: true,
      description: 'Write losses and validations to log.csv',
    },
    json: { ...jsonOption, group: 'Output', rare: true },
  },
  examples: [
    'npx pix2pix train facades --direction BtoA',
    'npx pix2pix train facades --direction BtoA --size 128 --epochs 25',
    'npx pix2pix train facades --direction BtoA --preset paper --device cpu --threads 4',
    'npx pix2pix train facades --direction BtoA --validate-steps 500 --best-by ssim --stop-after 10',
    'npx pix2pix train --resume runs/labels-facades',
    "npx pix2pix train mine --from runs/labels-facades --freeze 'G/down*' --epochs 20",
  ],
  async run(args) {
    const rank = launchedRank();
    const isLeader = rank === null || rank === 0;
    if (args['print-config']) {
      if (!isLeader) return;
      const { config, notes } = await printedSettings(args);
      for (const note of notes) console.error(`Note: ${note}`);
      process.stdout.write(`${JSON.stringify(config, null, 2)}\n`);
      return;
    }
    const launched = rank !== null;
    if (launched) abortAllOnFailure();
    if (!isLeader) return joinRun(rank);
    const { json = false } = args;
    const threads = parseThreads(args.threads);
    const { device, description } = await chooseDevice(
      launched ? processorOnly(args) : (args.device ?? 'auto'),
    );
    const cache = cacheOf(args);
    const plan = args.resume === undefined ? await newRun(args) : await resumedRun(args.resume, args);
    // A note, so that it is printed only once nothing is refused any more.
    const notes = [...plan.notes, `Computing on ${description}`];
    const track = { tensorboard: args.tensorboard === true, csv: args.csv === true };
    const outcome = await runTraining({
      ...plan,
      notes,
      request: { ...plan.request, device, threads, forms: args.forms, launched, cache },
      json,
      track,
    });
    if (!json) console.log(closingLines(plan.request, outcome).join('\n'));
  },
});

function processorOnly({ device = 'auto' }: TrainArgs): 'cpu' {
  if (device === 'auto' || device === 'cpu') return 'cpu';
  throw new UserError(
    `Cannot train with --device ${device} in several processes, which share gradients in main memory: use --device cpu`,
  );
}

function cacheOf(args: TrainArgs): CachePlace | undefined {
  const gigabytes = parseNumber('cache-gb', args['cache-gb'] ?? '20');
  if (gigabytes <= 0) throw new UserError(`Cannot use --cache-gb ${gigabytes}: give more than 0`);
  if (args.cache !== undefined) return { folder: args.cache, gigabytes };
  if (args['cache-gb'] === undefined) return undefined;
  throw new UserError('Cannot use --cache-gb without --cache: name the folder with --cache DIR');
}

async function newRun(args: TrainArgs): Promise<PlannedTraining> {
  if (args.from === undefined) resolveConfig(overridesFrom(args)); // flags are checked before the data is read
  const data = args.data ?? missingData();
  const { config, notes, pairs } = await settingsOf(args);
  const runFolder = args.out ?? (await defaultRunFolder(config.preset, data));
  const skipBad = args['skip-bad'] ?? false;
  return {
    request: { data, runFolder, config, skipBad, from: args.from },
    pairs,
    notes,
    force: args.force ?? false,
  };
}

/** Flags over the settings of the model to start from, or over a preset; what both leave open follows from the data. */
async function settingsOf({
  data,
  from,
  ...args
}: TrainArgs): Promise<ResolvedConfig & Pick<PlannedTraining, 'pairs'>> {
  const overrides = overridesFrom(args);
  if (from !== undefined) {
    if (args.preset !== undefined) {
      throw new UserError(
        `Cannot use --preset with --from: "${from}" has settings of its own; leave one out`,
      );
    }
    if (includedModels.some(name => name === from) && !(await exists(from))) {
      throw new UserError(
        `Cannot start from "${from}": included models have no discriminator; pass a run, a checkpoint or an imported model`,
      );
    }
    return resolveConfig(overrides, (await openModel(from)).config);
  }
  if (data === undefined) return resolveConfig(overrides);
  const pairs = await openPairs(data, { split: 'train' });
  return { ...(await resolveConfigFor(overrides, pairs.pairs)), pairs };
}

async function printedSettings(args: TrainArgs): Promise<ResolvedConfig> {
  if (args.resume === undefined) return settingsOf(args);
  const { request, notes } = await resumedRun(args.resume, args);
  return { config: request.config, notes };
}

async function resumedRun(runFolder: string, args: TrainArgs): Promise<PlannedTraining> {
  for (const flag of ['out', 'force', 'from']) {
    if (args[flag] !== undefined) {
      throw new UserError(`Cannot use --${flag} with --resume: a resumed run keeps its own; leave it out`);
    }
  }
  const { request, notes } = await resumeRequest(runFolder, overridesFrom(args), args.data);
  const skipBad = args['skip-bad'] ?? request.skipBad;
  return { request: { ...request, skipBad }, notes, force: false };
}

function closingLines(
  { runFolder, resume: isResumed }: TrainRequest,
  { checkpoint, best, stopped }: TrainingOutcome,
): string[] {
  const resume = `Resume: npx pix2pix train --resume ${shellWord(runFolder)}`;
  if (stopped && checkpoint === undefined) {
    return isResumed
      ? ['Stopped before another step: the last checkpoint is unchanged', resume]
      : ['Stopped before the first step: nothing was saved'];
  }
  return [
    ...(best === undefined ? [] : [`Best: ${best}`]),
    ...(stopped ? [resume] : []),
    `Next: npx pix2pix translate ${shellWord(runFolder)} image.png --out out`,
  ];
}

function missingData(): never {
  throw new UserError(
    'Cannot train without DATA: pass a folder of image pairs, or make one with "pix2pix prepare synth facades --out facades"',
  );
}
