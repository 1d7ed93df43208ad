import type { RunConfig } from '../config/config.ts';
import { resolveConfig } from '../config/resolve-config.ts';
import { configAfter } from '../config/size-stages.ts';
import { hexOf } from '../core/hex-color.ts';
import type { Image } from '../core/image.ts';
import type { Direction, ImagePair } from '../core/image-pair.ts';
import { Random } from '../core/random.ts';
import { sameShape } from '../core/shape.ts';
import type { Size } from '../core/sizes.ts';
import { facadeClasses } from '../data/facade-palette.ts';
import { type BatchSource, batchesOf } from '../data/loading/epochs.ts';
import {
  applyTransform,
  scalePair,
  steadyTransform,
  type Transform,
  varyPair,
} from '../data/loading/transform.ts';
import { syntheticFacades } from '../prepare/facades/index.ts';
import { type Position, pairsFingerprint } from '../runs/checkpoint/manifest.ts';
import type { EpochEvent, SizeEvent, StepEvent, TrainEvent } from '../runs/events.ts';
import type { Device } from '../runtime/device.ts';
import { compilerFor, type Runtime } from '../runtime/resident.ts';
import { createResidentTrainee } from '../step/resident/trainee.ts';
import type { Trainee } from '../step/trainee.ts';
import { restoreState } from '../step/training-state.ts';
import { openTranslation, type Translation } from '../step/translation.ts';
import { type Loop, startEvent, trainSteps } from '../train/loop.ts';
import { Progress } from '../train/progress.ts';
import { type ArchivedRun, packRun } from './archive.ts';

/** A pair of RGB images in memory. */
export type LabPair = ImagePair<Uint8Array>;

/** What a user chooses for a run. */
export interface LabChoice {
  readonly size: number;
  readonly filters: number;
  readonly direction: Direction;
}

/** Preset `lite` for pictures of `size`×`size`, which are kept at that size. At five times the rate it shows colours within 50 steps. */
export function labConfig({ size, filters, direction }: LabChoice): RunConfig {
  const options = { filters };
  const networks = { generator: options, discriminator: options, optimizer: { learningRate: 1e-3 } };
  const images = { size: [size, size] as [number, number], augment: { jitter: 1 } };
  return resolveConfig({ preset: 'lite', direction, ...images, ...networks }).config;
}

/** The labels of the pairs that {@link inventPairs} makes. */
export const labelPalette = {
  kind: 'label map' as const,
  gray: false,
  colors: facadeClasses.map(({ name, color }) => ({ name, color: hexOf(color) })),
};

/** Pairs for a try: labels → photos of synthetic facades. The same as `prepare synth facades` makes for training. */
export function inventPairs(count: number, size: number): LabPair[] {
  const seed = Random.fromSeed(0).split('train').integer(0x7fffffff);
  return [...syntheticFacades({ count, size, seed })].map(({ name, photo, label }) => ({
    name,
    condition: label,
    target: photo,
  }));
}

/** Pairs as large as a run needs them, with nothing drawn. */
export function fitPairs(pairs: readonly LabPair[], { size, resize }: RunConfig): LabPair[] {
  return pairs.map(pair => scalePair(pair, { size, mode: resize.mode, jitter: 1 }, resize));
}

/** The batches that files with the same pictures would make. */
export function loadFromMemory(pairs: readonly LabPair[], config: RunConfig): BatchSource {
  const { resize } = config;
  // Of the present size: pairs are scaled once, and come again every epoch.
  let scaled = new Map<LabPair, LabPair>();
  let size: Size = config.size;
  const scaledTo = (pair: LabPair, transform: Transform): LabPair => {
    if (!sameShape(size, transform.size)) scaled = new Map();
    size = transform.size;
    const kept = scaled.get(pair) ?? scalePair(pair, transform, resize);
    scaled.set(pair, kept);
    return kept;
  };
  return batchesOf(pairs, { ...config, skipBad: false }, async function* read(examples) {
    for (const { pair, transform } of examples) yield varyPair(scaledTo(pair, transform), transform, resize);
  });
}

/** Whether a saved run was trained on these pairs, in this order. */
export async function wasTrainedOn(saved: ArchivedRun, pairs: readonly LabPair[]): Promise<boolean> {
  return saved.pairs === (await pairsFingerprint(pairs));
}

function stepsPerEpochOf(pairs: readonly LabPair[], { batchSize }: RunConfig): number {
  return Math.floor(pairs.length / batchSize);
}

/** Gives a trainee the state of a saved run; releases it if that does not fit. */
async function restore(trainee: Trainee, saved: ArchivedRun): Promise<void> {
  try {
    restoreState(trainee.state, saved.state, 'the archive');
    await trainee.push();
  } catch (error) {
    await trainee.release();
    throw error;
  }
}

/** A run in a browser's worker: the loop and the steps that Node does, with pairs in memory and archives for run folders. */
export class LabRun implements Loop {
  readonly rollbacks = { rate: 1 };
  readonly source: BatchSource;
  readonly progress: Progress;
  position: Position;
  private readonly steps: AsyncGenerator<StepEvent | EpochEvent | SizeEvent, void>;
  private log: string;
  /** Kept between translations: it reads the weights at each run. */
  private translation: Promise<Translation> | undefined;
  /** When the last event was given out: the time since then is not the run's. */
  private left = performance.now();

  private constructor(
    private readonly runtime: Runtime,
    private readonly device: Device,
    readonly config: RunConfig,
    private readonly pairs: readonly LabPair[],
    readonly trainee: Trainee,
    {
      position,
      seconds,
      epochSeconds,
      log,
    }: Pick<ArchivedRun, 'position' | 'seconds' | 'epochSeconds' | 'log'>,
  ) {
    this.source = loadFromMemory(pairs, config);
    this.progress = new Progress(config, stepsPerEpochOf(pairs, config), { seconds, epochSeconds });
    this.position = position;
    this.log = log;
    this.steps = trainSteps(this);
  }

  /** @param saved a run to resume, with its config. */
  static async open(
    runtime: Runtime,
    device: Device,
    config: RunConfig,
    pairs: readonly LabPair[],
    saved?: ArchivedRun,
  ): Promise<LabRun> {
    const building = performance.now();
    const own = saved?.config ?? config;
    const now = configAfter(own, stepsPerEpochOf(pairs, own), saved?.position.step ?? 0);
    const trainee = await createResidentTrainee(runtime, device, now, Random.fromSeed(own.seed));
    if (saved) await restore(trainee, saved);
    const start = saved ?? {
      position: { epoch: 0, batch: 0, step: 0 },
      ...{ seconds: 0, epochSeconds: 0, log: '' },
    };
    const run = new LabRun(runtime, device, own, pairs, trainee, start);
    const buildSeconds = (performance.now() - building) / 1000;
    run.append(startEvent(run, { runFolder: 'lab', pairs: pairs.length, buildSeconds }));
    return run;
  }

  get step(): number {
    return this.position.step;
  }

  /** Bytes that the last step moved to the device and back. */
  get transferredBytes(): Trainee['transferredBytes'] {
    return this.trainee.transferredBytes;
  }

  /** Trains up to the next event; null once the run is over. */
  async next(): Promise<StepEvent | EpochEvent | SizeEvent | null> {
    this.progress.exclude(performance.now() - this.left);
    const { value: event } = await this.steps.next();
    if (event?.type === 'epoch') this.progress.finishEpoch();
    if (event) this.append(event);
    this.left = performance.now();
    return event ?? null;
  }

  /** Pairs as the networks see them, without augmentation. */
  seenBy(pairs: readonly LabPair[]): LabPair[] {
    const { size, resize } = this.config;
    const steady = steadyTransform(size, resize.mode);
    return pairs.map(({ name, condition, target }) => ({
      name,
      condition: applyTransform(condition, steady, resize.condition),
      target: applyTransform(target, steady, resize.target),
    }));
  }

  /** What the generator makes of conditions of the run's size now. */
  async translate(conditions: readonly Image[]): Promise<Image[]> {
    await this.trainee.pull();
    const { config } = this;
    const translation = await this.openedTranslation();
    const random = Random.fromSeed(config.seed).split('translation');
    const images: Image[] = [];
    for (const condition of conditions) images.push((await translation.run(condition, random)) as Image);
    return images;
  }

  /** The run so far as a zipped run folder. */
  async archive(): Promise<Uint8Array> {
    await this.trainee.pull();
    const { config, position, log, trainee, progress } = this;
    const pairs = await pairsFingerprint(this.pairs);
    const { seconds, epochSeconds } = progress;
    return packRun('lab', { config, position, pairs, seconds, epochSeconds, log }, trainee.state);
  }

  async close(): Promise<void> {
    try {
      await (await this.translation)?.release();
    } finally {
      await this.trainee.release();
    }
  }

  /** Once it could not be opened, the next call tries again. */
  private openedTranslation(): Promise<Translation> {
    const compile = compilerFor(this.runtime, this.device);
    this.translation ??= openTranslation(compile, this.config, this.trainee.generator.values).catch(error => {
      this.translation = undefined;
      throw error;
    });
    return this.translation;
  }

  private append(event: TrainEvent): void {
    this.log += `${JSON.stringify(event)}\n`;
  }
}
