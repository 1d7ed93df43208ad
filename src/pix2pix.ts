import type { RunConfig } from './config/config.ts';
import { type ConfigOverrides, resolveConfig } from './config/resolve-config.ts';
import type { Image, Samples } from './core/image.ts';
import { Random } from './core/random.ts';
import { elements } from './core/shape.ts';
import { sampleBatch } from './data/loading/loader.ts';
import { findPairs, openPairs } from './data/pairing.ts';
import { writeFile } from './files/write.ts';
import { input, printGraph, type Tensor } from './graph/index.ts';
import { inferenceMode } from './nn/layers.ts';
import { type Variable, Variables } from './nn/variables.ts';
import type { TrainEvent } from './runs/events.ts';
import { createRunFolder } from './runs/run-folder.ts';
import { conditionShape, discriminatorLogits, generator, targetShape } from './step/model.ts';
import { resolveConfigFor } from './train/resolve-for-data.ts';
import { resumeRequest } from './train/resume-request.ts';
import { gridPicture, PICTURES_PER_GRID, samplePaths } from './train/samples.ts';
import { startTraining } from './train/start.ts';
import { openTranslator } from './translate/translator.ts';

/** Training data, run folder, and any settings that differ from the preset. */
export type Pix2PixOptions = ConfigOverrides & {
  /** Folder of image pairs. */
  readonly data: string;
  /** Folder for weights and sample images: new or empty, unless `force`. */
  readonly runFolder: string;
  /** Replace an earlier run in `runFolder`. */
  readonly force?: boolean;
  /** Skip pairs that cannot be read. */
  readonly skipBad?: boolean;
};

/** A network as a symbolic graph, for reading and counting. */
export interface Network {
  readonly output: Tensor;
  readonly variables: readonly Variable[];
  /** Trainable values. */
  readonly parameters: number;
  /** The graph as text, one tensor per line. */
  print(): string;
}

/**
 * pix2pix as a class, with the methods of the article "Pix2Pix Unleashed". Without a preset, training starts from `labels` where
 * the conditions are label maps, and from `images` if they are not; `preset: 'article'` has the article's networks and training exactly. Settings that cannot be combined throw
 * UserError, here or in {@link train}.
 */
export class Pix2Pix {
  private settings: RunConfig;

  constructor(private readonly options: Pix2PixOptions) {
    this.settings = resolveConfig(this.overridesWith({})).config;
  }

  /** The complete settings: the preset, changed by the options and by those of {@link train}. */
  get config(): RunConfig {
    return this.settings;
  }

  /** The generator in inference mode: condition [1,H,W,Cin] → image [1,H,W,Cout] in (−1, 1). */
  buildGenerator(): Network {
    const variables = new Variables();
    const condition = input('condition', conditionShape(this.config, 1));
    return networkOf(generator(this.config, variables, condition, inferenceMode), variables);
  }

  /** The discriminator in inference mode: image and condition [1,H,W,C] → logits of its patches [1,h,w,1]. */
  buildDiscriminator(): Network {
    const variables = new Variables();
    const image = input('image', targetShape(this.config, 1));
    const condition = input('condition', conditionShape(this.config, 1));
    return networkOf(discriminatorLogits(this.config, variables, image, condition, inferenceMode), variables);
  }

  /** Trains in a separate process and yields its events as they happen. Leaving the loop early stops it. */
  async *train(
    overrides: Pick<ConfigOverrides, 'epochs' | 'batchSize' | 'steps' | 'minutes'> = {},
  ): AsyncGenerator<TrainEvent> {
    const { data, runFolder, force = false, skipBad = false } = this.options;
    const { pairs } = await openPairs(data, { split: 'train' });
    this.settings = (await resolveConfigFor(this.overridesWith(overrides), pairs)).config;
    await createRunFolder(runFolder, { force });
    yield* startTraining({ data, pairs, runFolder, config: this.settings, skipBad });
  }

  /**
   * Resumes the run in `runFolder` from its newest checkpoint, with the settings that it was started with; of the
   * constructor's options only `data` is used. Ends with the same weights as an uninterrupted run.
   * @param changes limits, rates and schedules from here on. Throws UserError if there is no run, or if another
   * setting is changed.
   */
  async *resume(changes: ConfigOverrides = {}): AsyncGenerator<TrainEvent> {
    const { data, runFolder } = this.options;
    const { request } = await resumeRequest(runFolder, changes, data);
    this.settings = request.config;
    yield* startTraining(request);
  }

  /**
   * Translates three test pairs from a random place with the newest weights and saves the article's figure:
   * input, prediction and truth. Returns its path, `<epoch>.png` among the run's samples.
   */
  async sampleImages(epoch: number): Promise<string> {
    const { data, runFolder, skipBad = false } = this.options;
    const { seed } = this.config;
    const { pairs } =
      (await findPairs(data, { split: 'test' })) ?? (await openPairs(data, { split: 'train' }));
    const random = Random.fromSeed(seed).split(`samples ${epoch}`);
    const reading = { ...this.config, skipBad, onSkip: () => {} };
    const batch = await sampleBatch(pairs, PICTURES_PER_GRID, random, reading);
    const translator = await openTranslator(runFolder);
    const path = samplePaths(runFolder).grid(epoch);
    try {
      await writeFile(path, await gridPicture(batch, this.config, image => translator.translate(image)));
    } finally {
      await translator.close();
    }
    return path;
  }

  /** Translates an image of any size with the newest weights; the result has the same size. */
  async translate(image: Image<Samples>): Promise<Image<Samples>> {
    const translator = await openTranslator(this.options.runFolder);
    try {
      return await translator.translate(image);
    } finally {
      await translator.close();
    }
  }

  private overridesWith(overrides: ConfigOverrides): ConfigOverrides {
    const { data: _data, runFolder: _runFolder, force: _force, skipBad: _skipBad, ...options } = this.options;
    return { ...options, ...overrides };
  }
}

function networkOf(output: Tensor, variables: Variables): Network {
  return {
    output,
    variables: variables.all(),
    parameters: variables.trainable().reduce((sum, { shape }) => sum + elements(shape), 0),
    print: () => printGraph({ output }),
  };
}
