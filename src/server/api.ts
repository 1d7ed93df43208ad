import * as z from 'zod';
import { runConfigSchema } from '../config/config.ts';
import { optionGroups } from '../config/settings/declare.ts';
import { directions } from '../core/image-pair.ts';
import { includedModels } from '../export/included-models.ts';
import { deviceChoices } from '../runtime/choose-device.ts';
import { deviceNames } from '../runtime/device.ts';

// Requests and responses of the studio's server. Its page imports the types only.

/** A place below a folder of the workspace, with `~` for `/`: `demo~model`. */
const id = z.string().min(1).max(300);
const count = z.int().min(0);
const split = z.enum(['train', 'val', 'test']);
const side = z.enum(['a', 'b']);
const device = z.enum(deviceNames);
/** What computes. `auto`: a GPU if there is one that WebGPU can use, otherwise the CPU. */
const deviceChoice = z.enum(deviceChoices).default('auto');

/**
 * queued: waits for the machine; interrupted: its process has ended, and it can resume from its last checkpoint;
 * stopped: ended early by a user; failed: see `message`.
 */
export const runStatusSchema = z.enum([
  'queued',
  'running',
  'paused',
  'stopping',
  'finished',
  'stopped',
  'interrupted',
  'failed',
]);

/** What can currently be done with a run. */
const runActionSchema = z.enum(['pause', 'resume', 'stop', 'branch']);

/** Sent after each change, and as `event: status` in a run's stream. */
const runStateSchema = z.object({
  status: runStatusSchema,
  /** Why it failed, or what it waits for. */
  message: z.string().nullable(),
  actions: z.array(runActionSchema),
});

const sampleSchema = z.object({
  /** File name, the last part of `url`. */
  name: z.string(),
  kind: z.enum(['pair', 'grid']),
  epoch: count,
  url: z.string(),
});

const checkpointSchema = z.object({ step: count, bytes: count, saved: z.string() });

export const runSummarySchema = runStateSchema.extend({
  id,
  preset: z.string(),
  direction: z.enum(directions),
  size: z.tuple([count, count]),
  /** Its data set; null if unknown or not in the workspace. */
  dataset: id.nullable(),
  /** The device that trains it, or trained it last; null if the log does not record it. */
  device: device.nullable(),
  epoch: count,
  epochs: count,
  step: count,
  /** Null before the first step. */
  totalSteps: count.nullable(),
  losses: z.object({ discriminator: z.number(), generator: z.number(), l1: z.number() }).nullable(),
  imagesPerSecond: z.number().nullable(),
  secondsLeft: z.number().nullable(),
  /** The newest picture. */
  sample: sampleSchema.nullable(),
  /** Step of the newest checkpoint: the run can translate, be resumed and branched. */
  checkpoint: count.nullable(),
  /** When its log last grew, ISO 8601. */
  updated: z.string(),
});

export const runListSchema = z.object({ runs: z.array(runSummarySchema) });

export const runDetailSchema = runSummarySchema.extend({
  config: runConfigSchema,
  /** What a condition's sides must be multiples of, and their smallest length. */
  sizes: z.object({ multiple: count, smallest: count }),
  samples: z.array(sampleSchema),
  checkpoints: z.array(checkpointSchema),
});

/** The content of a data set's side; the colours of label maps, with names if known. */
export const paletteSchema = z.object({
  kind: z.enum(['photo', 'label map', 'drawing']),
  gray: z.boolean(),
  colors: z.array(z.object({ color: z.string(), name: z.string().nullable() })),
});

/** Fields of a run config that differ from the preset's; the names and values of `config.json`, at any depth. */
const overridesSchema = z.record(z.string(), z.unknown());

export const trainRequestSchema = z.strictObject({
  dataset: id,
  /** The run's folder below RUNS; otherwise `<preset>-<data set>`. */
  name: z
    .string()
    .regex(/^[\p{L}\p{N}_][\p{L}\p{N}_. -]{0,99}$/u)
    .optional(),
  config: overridesSchema.default({}),
  device: deviceChoice,
  /** Leave out pairs that can't be read. */
  skipBad: z.boolean().default(false),
});

/** A new run that starts from another one's weights. */
export const branchRequestSchema = trainRequestSchema.partial({ dataset: true }).extend({
  /** Step of the checkpoint to start from; otherwise the newest. */
  checkpoint: count.optional(),
});

/** The device to resume a run on, and changes to limits, rates, schedule and precision. Without a body, nothing changes. */
export const resumeRequestSchema = trainRequestSchema.pick({ config: true, device: true }).nullish();

/** How long a run would take, from steps timed on this machine. */
export const estimateSchema = z.object({
  config: runConfigSchema,
  /** Automatic differences from the preset. */
  notes: z.array(z.string()),
  /** The device that would train it, and its display name. */
  device,
  computing: z.string(),
  stepsPerEpoch: count,
  totalSteps: count,
  /** Null while a training occupies the machine: the measurement would be wrong. */
  secondsPerStep: z.number().nullable(),
  seconds: z.number().nullable(),
  parameters: z.object({ generator: count, discriminator: count }),
});

export const presetListSchema = z.object({
  presets: z.record(z.string(), runConfigSchema),
  /** The purpose of each preset, in one line. */
  descriptions: z.record(z.string(), z.string()),
  /** JSON Schema of the run config, with descriptions. */
  schema: z.record(z.string(), z.unknown()),
  /** Settings, in the command line's order. */
  fields: z.array(
    z.object({
      flag: z.string(),
      /** The flag of another setting that sets this one as well. */
      sharedFlag: z.string().optional(),
      kind: z.enum(['text', 'number', 'size', 'switch']),
      hint: z.string(),
      help: z.string(),
      group: z.enum(optionGroups),
      /** Whether forms show it first. */
      common: z.boolean(),
      /** What it needs to have an effect, as flags. */
      needs: z.array(z.string()),
      path: z.array(z.string()),
    }),
  ),
});

/** A model that comes with the package. */
const includedModelSchema = z.object({
  id,
  /** The address of its `model.json`, as `export --format web` writes it. */
  url: z.string(),
  /** Drawings to start from. */
  drawings: z.array(z.object({ name: z.string(), url: z.string() })),
});

export const includedModelListSchema = z.object({ models: z.array(includedModelSchema) });

/** Addresses of side-by-side pairs: the drawing on the left. */
export const demoPairsSchema = z.object({ train: z.array(z.string()), test: z.array(z.string()) });

export const datasetSchema = z.object({
  id,
  /** Pairs by split. */
  pairs: z.object({ train: count, val: count, test: count }),
  layout: z.enum(['side-by-side', 'two-folders', 'suffixes', 'manifest']),
  description: z.string(),
});

export const datasetListSchema = z.object({ datasets: z.array(datasetSchema) });

export const datasetDetailSchema = datasetSchema.extend({
  /** The findings of `inspect`, from up to `surveyed` pairs of each split. */
  surveyed: count,
  sides: z.object({ a: paletteSchema, b: paletteSchema }),
  /** The direction that generates photos, if exactly one side is photos. */
  advice: z.enum(directions).nullable(),
  problems: z.array(
    z.object({
      kind: z.string(),
      split,
      files: z.array(z.string()),
      detail: z.string(),
      fix: z.string(),
    }),
  ),
  sheet: z.string(),
});

const patchesSchema = z.object({
  height: count,
  width: count,
  /** Row-major, 0 (generated) to 1 (real). */
  target: z.array(z.number()),
  generated: z.array(z.number()),
});

/** A pair and its translation. Pictures are `data:image/png` URLs. */
export const pairViewSchema = z.object({
  name: z.string(),
  condition: z.string(),
  target: z.string(),
  generated: z.string(),
  /** How real the discriminator rates each patch, one map per scale; none if the run has no discriminator. */
  patches: z.array(patchesSchema),
  milliseconds: z.number(),
});

export const pairListSchema = z.object({
  dataset: id,
  split,
  /** Names, by pair index. */
  names: z.array(z.string()),
});

export const machineSchema = z.object({
  version: z.string(),
  cores: count,
  /** Runs in training and waiting, in order. */
  training: z.array(id),
  queued: z.array(id),
});

export const deviceListSchema = z.object({
  /** What `auto` stands for. */
  auto: device,
  devices: z
    .array(
      z.object({
        device,
        usable: z.boolean(),
        /** Its name or, if it is not usable, the reason. */
        description: z.string(),
        /** The precisions for training; none if it is not usable. */
        precisions: z.array(runConfigSchema.shape.precision).readonly(),
      }),
    )
    .readonly(),
});

/** The body of every error: what could not be done, and the fix. */
const problemSchema = z.object({ message: z.string() });

export const params = {
  run: z.object({ id }),
  dataset: z.object({ id }),
  includedModel: z.object({ id: z.enum(includedModels) }),
  sample: z.object({ id, name: z.string().regex(/^(pair|\d{1,9})\.png$/) }),
  pair: z.object({ id, split, index: z.coerce.number().pipe(count) }),
  /** A side of a run's pair, at the size that the run trains at. */
  pairPicture: z.object({
    id,
    split,
    index: z.coerce.number().pipe(count),
    part: z.enum(['condition', 'target']),
  }),
  datasetPicture: z.object({ id, split, index: z.coerce.number().pipe(count), side }),
};

const step = z.coerce.number().pipe(count).optional();

export const queries = {
  /** Which checkpoint; otherwise the newest. */
  checkpoint: z.object({ step }),
  /** A checkpoint, and the device to run it on. */
  computing: z.object({ step, device: deviceChoice }),
  split: z.object({ split: split.default('test') }),
  /** The device to translate on. */
  device: z.object({ device: deviceChoice }),
  /** Whether to time steps, which takes seconds. */
  estimate: z.object({ measure: z.stringbool().default(false) }),
  events: z.object({
    /** Position in the log to continue from, in bytes: the `id` of the last event received. */
    from: z.coerce.number().pipe(count).default(0),
    /** About how many past step events to send, evenly spaced; default: all. */
    points: z.coerce.number().pipe(z.int().positive()).optional(),
    /** Whether to keep the stream open for new events. */
    follow: z.stringbool().default(true),
  }),
};

export type RunStatus = z.infer<typeof runStatusSchema>;
export type RunAction = z.infer<typeof runActionSchema>;
export type RunState = z.infer<typeof runStateSchema>;
export type Sample = z.infer<typeof sampleSchema>;
export type Checkpoint = z.infer<typeof checkpointSchema>;
export type RunSummary = z.infer<typeof runSummarySchema>;
export type RunList = z.infer<typeof runListSchema>;
export type RunDetail = z.infer<typeof runDetailSchema>;
export type Palette = z.infer<typeof paletteSchema>;
export type TrainingRequest = z.input<typeof trainRequestSchema>;
export type BranchRequest = z.input<typeof branchRequestSchema>;
export type ResumeRequest = z.input<typeof resumeRequestSchema>;
export type Estimate = z.infer<typeof estimateSchema>;
export type PresetList = z.infer<typeof presetListSchema>;
export type IncludedModel = z.infer<typeof includedModelSchema>;
export type IncludedModelList = z.infer<typeof includedModelListSchema>;
export type DemoPairs = z.infer<typeof demoPairsSchema>;
export type Dataset = z.infer<typeof datasetSchema>;
export type DatasetList = z.infer<typeof datasetListSchema>;
export type DatasetDetail = z.infer<typeof datasetDetailSchema>;
export type Patches = z.infer<typeof patchesSchema>;
export type PairView = z.infer<typeof pairViewSchema>;
export type PairList = z.infer<typeof pairListSchema>;
export type Machine = z.infer<typeof machineSchema>;
export type DeviceList = z.infer<typeof deviceListSchema>;
export type ApiProblem = z.infer<typeof problemSchema>;
