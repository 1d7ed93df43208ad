import type { RunConfig } from '../config/config.ts';
import { resolveConfig } from '../config/resolve-config.ts';
import { imageToTensor, tensorToImage } from '../core/image.ts';
import { Random } from '../core/random.ts';
import { drawMasks } from '../nn/masks.ts';
import { syntheticFacades } from '../prepare/facades/index.ts';
import type { Position } from '../runs/checkpoint/manifest.ts';
import type { Device } from '../runtime/device.ts';
import { compileResident, type Runtime } from '../runtime/resident.ts';
import type { StepLosses } from '../training/algorithms.ts';
import { translatePass } from '../training/graphs.ts';
import { createResidentTrainee, type ResidentTrainee } from '../training/resident/trainee.ts';
import { learningRateAt } from '../training/schedule.ts';
import { restoreState } from '../training/training-state.ts';
import { packRun, sha256, unpackRun } from './archive.ts';

/** A pair of RGB images of the run's size, rows from top to bottom, 0…255. */
export interface LabPair {
  readonly name: string;
  readonly condition: Uint8Array;
  readonly target: Uint8Array;
}

/** Preset `lite` for pictures of `size`×`size`. */
export function labConfig(size: number, filters: number): RunConfig {
  const options = { filters };
  const changes = { size: [size, size] as [number, number], generator: options, discriminator: options };
  return resolveConfig({ preset: 'lite', direction: 'BtoA', augment: { jitter: 1 }, ...changes }).config;
}

/** Pairs for a try: labels → photos of invented facades. The same as `prepare synth facades` makes for training. */
export function inventPairs(count: number, size: number): LabPair[] {
  const seed = Random.fromSeed(0).split('train').integer(0x7fffffff);
  return [...syntheticFacades({ count, size, seed })].map(({ name, photo, label }) => ({
    name,
    condition: label.data,
    target: photo.data,
  }));
}

/** A run in a browser's worker: the training of `resident/`, with pairs in memory and archives for run folders. */
export class LabRun {
  private position: Position = { epoch: 0, batch: 0, step: 0 };
  private seconds = 0;
  private order: readonly number[] = [];

  private constructor(
    private readonly runtime: Runtime,
    private readonly device: Device,
    readonly config: RunConfig,
    private readonly pairs: readonly LabPair[],
    private readonly trainee: ResidentTrainee,
  ) {
    this.shuffle();
  }

  /** @param archive of a run to go on with, whose config then holds. */
  static async open(
    runtime: Runtime,
    device: Device,
    config: RunConfig,
    pairs: readonly LabPair[],
    archive?: Uint8Array,
  ): Promise<LabRun> {
    const saved = archive && (await unpackRun(archive));
    const own = saved?.config ?? config;
    const trainee = await createResidentTrainee(runtime, device, own, Random.fromSeed(own.seed));
    const run = new LabRun(runtime, device, own, pairs, trainee);
    if (saved) {
      restoreState(trainee.state, saved.state, 'the archive');
      await trainee.push();
      run.position = saved.position;
      run.seconds = saved.seconds;
      run.shuffle();
    }
    return run;
  }

  get step(): number {
    return this.position.step;
  }

  /** Bytes that the last step moved to the device and back. */
  get moved(): ResidentTrainee['moved'] {
    return this.trainee.moved;
  }

  async train(): Promise<StepLosses> {
    const from = performance.now();
    const { epoch, batch, step } = this.position;
    const pair = this.pairs[this.order[batch]!]!;
    const rate = learningRateAt(this.config, epoch + batch / this.pairs.length);
    const losses = await this.trainee.step(
      { condition: tensorOf(pair.condition), target: tensorOf(pair.target) },
      rate,
    );
    const last = batch + 1 === this.pairs.length;
    this.position = { epoch: last ? epoch + 1 : epoch, batch: last ? 0 : batch + 1, step: step + 1 };
    if (last) this.shuffle();
    this.seconds += (performance.now() - from) / 1000;
    return losses;
  }

  /** What the generator makes of conditions now, RGB each. */
  async translate(conditions: readonly Uint8Array[]): Promise<Uint8Array[]> {
    await this.trainee.pull();
    const pass = translatePass(this.config);
    const program = await compileResident(this.runtime, this.device, pass.outputs);
    const random = Random.fromSeed(this.config.seed).split('translation');
    const images: Uint8Array[] = [];
    for (const condition of conditions) {
      const masks = Object.fromEntries(
        pass.masks.map(({ name, shape }) => [name, new Float32Array(shape.reduce((a, b) => a * b))]),
      );
      drawMasks(pass.masks, masks, random);
      const inputs = { ...this.trainee.generator.values, ...masks, condition: tensorOf(condition) };
      const { fake } = await program.run(inputs);
      images.push(tensorToImage(fake!, this.config.size[1], this.config.size[0]).data);
    }
    await program.release();
    return images;
  }

  /** The run so far as a zipped run folder. */
  async archive(): Promise<Uint8Array> {
    await this.trainee.pull();
    const names = this.pairs.map(({ name }) => name).join('\n');
    const digest = await sha256(new TextEncoder().encode(names));
    const { config, position, seconds } = this;
    // As `material.ts` names the same pairs.
    const pairs = `${this.pairs.length} pairs ${digest.slice(0, 16)}`;
    return packRun('lab', { config, position, pairs, seconds }, this.trainee.state);
  }

  close(): Promise<void> {
    return this.trainee.release();
  }

  private shuffle(): void {
    const random = Random.fromSeed(this.config.seed).split(`order ${this.position.epoch}`);
    const order = this.pairs.map((_, i) => i);
    for (let i = order.length - 1; i > 0; i--) {
      const other = random.integer(i + 1);
      [order[i], order[other]] = [order[other]!, order[i]!];
    }
    this.order = order;
  }
}

function tensorOf(data: Uint8Array): Float32Array {
  return imageToTensor({ width: data.length / 3, height: 1, channels: 3, data });
}
