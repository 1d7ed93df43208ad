import type { RunConfig } from '../config/config.ts';
import { type Image, imageToTensor, type Samples } from '../core/image.ts';
import { elements } from '../core/shape.ts';
import { input } from '../graph/index.ts';
import { trainingMode } from '../nn/layers.ts';
import { logOddsOfReal } from '../nn/segmentation-loss.ts';
import { Variables } from '../nn/variables.ts';
import type { Arrays, Compile } from '../runtime/program.ts';
import { conditionShape, judgeBatch, targetShape } from './model.ts';

/** How real a discriminator rates each patch of an image, row-major: 0 generated, 1 real. */
export interface PatchMap {
  readonly height: number;
  readonly width: number;
  readonly values: Float32Array;
}

/** Discriminators, compiled for single images of the config's size. */
export interface PatchMaps {
  /** One map per scale, finest first; images are on 0…255, as the networks see them. */
  run(image: Image<Samples>, condition: Image<Samples>): Promise<PatchMap[]>;
  release(): Promise<void>;
}

/** A logit as a rating on [0, 1], by the adversarial loss of its training. */
const realness: Readonly<Record<RunConfig['loss']['adversarial'], (logit: number) => number>> = {
  bce: sigmoid,
  lsgan: clamp,
  hinge: logit => clamp((logit + 1) / 2),
  // A critic's scores have no fixed zero: only their differences between patches mean something.
  'wgan-gp': sigmoid,
  segmentation: sigmoid,
};

/** Whether weights include a discriminator. */
export function hasDiscriminator(values: Arrays): boolean {
  return Object.keys(values).some(name => name.startsWith('D/'));
}

/** Compiles the discriminators as they are in training: batch norms use the image's own statistics. */
export async function createPatchMaps(
  compile: Compile,
  config: RunConfig,
  values: Arrays,
): Promise<PatchMaps> {
  const image = input('image', targetShape(config, 1));
  const condition = input('condition', conditionShape(config, 1));
  const scores = judgeBatch(config, new Variables(), image, condition, trainingMode).map(({ logits }) =>
    config.loss.adversarial === 'segmentation' ? logOddsOfReal(logits) : logits,
  );
  const program = await compile(Object.fromEntries(scores.map((score, i) => [`scale${i}`, score])));
  const maps = scores.map(({ shape }) => {
    const [, height, width] = shape as [number, number, number];
    return { height, width, values: new Float32Array(height * width) };
  });
  const inputs = {
    image: new Float32Array(elements(image.shape)),
    condition: new Float32Array(elements(condition.shape)),
  };
  const outputs = Object.fromEntries(maps.map((map, i) => [`scale${i}`, map.values]));
  const run = program.bind({ ...values, ...inputs, ...outputs });
  return {
    run: async (image, condition) => {
      imageToTensor(image, inputs.image);
      imageToTensor(condition, inputs.condition);
      await run();
      const scale = realness[config.loss.adversarial];
      return maps.map(map => ({ ...map, values: map.values.map(scale) }));
    },
    release: () => program.release(),
  };
}

function sigmoid(logit: number): number {
  return 1 / (1 + Math.exp(-logit));
}

function clamp(value: number): number {
  return Math.min(Math.max(value, 0), 1);
}
