import { type ResolvedConfig, resolveConfig } from '../../config/resolve-config.ts';
import { UserError } from '../../core/errors.ts';
import type { CachePlace } from '../../data/loading/pair-cache.ts';
import { openPairs } from '../../data/pairing.ts';
import { openModel } from '../../runs/model-files.ts';
import { defaultRunFolder } from '../../runs/run-folder.ts';
import { chooseDevice } from '../../runtime/choose-device.ts';
import { resolveConfigFor } from '../../train/resolve-for-data.ts';
import { resumeRequest } from '../../train/resume-request.ts';
import { shellWord } from '../format.ts';
import { defineCommand } from '../options/command.ts';
import { deviceOption } from '../options/device-option.ts';
import { overridesFrom, parseNumber, runOptions } from '../options/run-options.ts';
import type { TrainingOutcome } from '../training/follow-training.ts';
import { type PlannedTraining, runTraining } from '../training/run-training.ts';

interface TrainArgs extends Readonly<Record<string, unknown>> {
  readonly data?: string | undefined;
  readonly out?: string | undefined;
  readonly resume?: string | undefined;
  readonly from?: string | undefined;
  readonly force?: boolean | undefined;
  readonly cache?: string | undefined;
  readonly 'cache-gb'?: string | undefined;
  readonly 'skip-bad'?: boolean | undefined;
}

export const train = defineCommand({
  description: 'Train a model on a folder of image pairs',
  args: {
    data: { type: 'positional', required: false, description: 'Folder of image pairs' },
    ...runOptions,
    out: { type: 'string', valueHint: 'DIR', description: 'Run folder; otherwise runs/<preset>-<data>' },
    resume: { type: 'string', valueHint: 'RUN', description: 'Go on with the run in this folder' },
    from: {
      type: 'string',
      valueHint: 'MODEL',
      description: 'Start from the weights and settings of a run or checkpoint, to fine-tune it',
    },
    force: { type: 'boolean', description: 'Replace an existing run in --out' },
    'skip-bad': { type: 'boolean', description: 'Leave out pairs that can’t be read' },
    'print-config': { type: 'boolean', description: 'Print the complete settings and exit' },
    device: deviceOption,
    cache: {
      type: 'string',
      valueHint: 'DIR',
      description:
        'Keep decoded pairs in this folder, for later epochs and runs: worth it where pictures are large',
    },
    'cache-gb': {
      type: 'string',
      valueHint: 'GB',
      description: 'What --cache may take of the disk; 20 by default',
    },
    tensorboard: { type: 'boolean', description: 'Write TensorBoard files into the run folder as well' },
    csv: { type: 'boolean', description: 'Write losses and validations into log.csv as well' },
    json: { type: 'boolean', description: 'Print each event as a line of JSON' },
  },
  examples: [
    'npx pix2pix train facades --direction BtoA',
    'npx pix2pix train facades --preset article --epochs 50 --out runs/article',
    'npx pix2pix train facades --size 128 --filters 32 --minutes 30',
    'npx pix2pix train facades --validate-steps 500 --best-by ssim --stop-after 10',
    'npx pix2pix train --resume runs/paper-facades',
    'npx pix2pix train photos --cache ~/.cache/pix2pix --cache-gb 50',
    "npx pix2pix train mine --from runs/paper-facades --freeze 'G/down*' --epochs 20",
    'npx pix2pix train --preset paper --print-config',
  ],
  async run(args) {
    if (args['print-config']) {
      const { config } = await settingsOf(args);
      process.stdout.write(`${JSON.stringify(config, null, 2)}\n`);
      return;
    }
    const { json = false } = args;
    const { device, description } = await chooseDevice(args.device ?? 'auto');
    const cache = cacheOf(args);
    const plan = args.resume === undefined ? await newRun(args) : await resumedRun(args.resume, args);
    // A note, so that it is told only once nothing is refused any more.
    const notes = [...plan.notes, `Computing on ${description}`];
    const track = { tensorboard: args.tensorboard === true, csv: args.csv === true };
    const outcome = await runTraining({
      ...plan,
      notes,
      request: { ...plan.request, device, cache },
      json,
      track,
    });
    if (!json) console.log(closingLines(plan.request.runFolder, outcome).join('\n'));
  },
});

function cacheOf(args: TrainArgs): CachePlace | undefined {
  const gigabytes = parseNumber('cache-gb', args['cache-gb'] ?? '20');
  if (gigabytes <= 0) throw new UserError(`Cannot use --cache-gb ${gigabytes}: give more than 0`);
  if (args.cache !== undefined) return { folder: args.cache, gigabytes };
  if (args['cache-gb'] === undefined) return undefined;
  throw new UserError('Cannot use --cache-gb without --cache: name the folder with --cache DIR');
}

async function newRun(args: TrainArgs): Promise<PlannedTraining> {
  if (args.from === undefined) resolveConfig(overridesFrom(args)); // flags are checked before the data is looked at
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
      throw new UserError(`Cannot use --preset with --from: "${from}" brings its settings; leave one out`);
    }
    return resolveConfig(overrides, (await openModel(from)).config);
  }
  if (data === undefined) return resolveConfig(overrides);
  const pairs = await openPairs(data, { split: 'train' });
  return { ...(await resolveConfigFor(overrides, pairs.pairs)), pairs };
}

async function resumedRun(runFolder: string, args: TrainArgs): Promise<PlannedTraining> {
  for (const flag of ['out', 'force', 'skip-bad', 'from']) {
    if (args[flag] !== undefined) {
      throw new UserError(`Cannot use --${flag} with --resume: the run keeps its own; leave it out`);
    }
  }
  return { ...(await resumeRequest(runFolder, overridesFrom(args), args.data)), force: false };
}

function closingLines(runFolder: string, { grid, checkpoint, best, stopped }: TrainingOutcome): string[] {
  if (stopped && checkpoint === undefined)
    return ['Stopped before the first step: there was nothing to save'];
  return [
    ...(grid === undefined ? [] : [`Pictures: ${grid}`]),
    ...(checkpoint === undefined ? [] : [`Checkpoint: ${checkpoint}`]),
    ...(best === undefined ? [] : [`Best:       ${best}`]),
    ...(stopped ? [`Go on: npx pix2pix train --resume ${shellWord(runFolder)}`] : []),
    `Next: npx pix2pix translate ${shellWord(runFolder)} picture.png --out out`,
  ];
}

function missingData(): never {
  throw new UserError(
    'Cannot train without DATA: pass a folder of image pairs, or make one with "pix2pix prepare synth facades --out facades"',
  );
}
