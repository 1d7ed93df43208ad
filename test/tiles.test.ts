import { expect, it } from 'vitest';
import type { RunConfig } from '../src/config/config.ts';
import { type ConfigOverrides, resolveConfig } from '../src/config/resolve-config.ts';
import { createImage, type Image, type Samples } from '../src/core/image.ts';
import { Random } from '../src/core/random.ts';
import { generatorModel } from '../src/export/generator-model.ts';
import { openImageModel } from '../src/export/image-model.ts';
import { encodeModel } from '../src/onnx/model.ts';
import { createTranslator, type TileOptions } from '../src/translate/translator.ts';
import { largestDifference, trainedValues } from './reference/export-variants.ts';

/** What a shallow network makes of a picture, whole and in tiles. */
async function differenceOf(generator: NonNullable<ConfigOverrides['generator']>, tiles: TileOptions) {
  const preset = generator.architecture === 'article' ? 'article' : 'paper';
  const small = { filters: 4, blocks: 1, dropout: 0, ...generator };
  const { config } = resolveConfig({ preset, size: [64, 64], generator: small });
  const { description, ...whole } = await translated(config, {});
  const { image } = await translated(config, tiles);
  const difference = largestDifference(whole.image.data, image.data);
  return { receptiveField: description.receptiveField, difference };
}

async function translated(config: RunConfig, tiles: TileOptions) {
  const { model, description } = generatorModel(config, trainedValues(config), {
    size: 'free',
    form: 'image',
  });
  const translator = createTranslator(await openImageModel(encodeModel(model), description), tiles);
  const image: Image<Samples> = await translator.translate(picture(250, 200));
  await translator.close();
  expect([image.width, image.height]).toEqual([250, 200]);
  return { image, description };
}

function picture(width: number, height: number): Image {
  const random = Random.fromSeed(1);
  const image = createImage(width, height);
  image.data.forEach((_, i) => {
    image.data[i] = random.integer(256);
  });
  return image;
}

const moving = { statistics: 'moving', dropout: false } as const;

it.each([
  ['article', { architecture: 'article', levels: 2 }],
  ['U-Net', { architecture: 'unet', levels: 2, inference: moving }],
  ['U-Net that resizes', { architecture: 'unet', levels: 3, upsampling: 'resize', inference: moving }],
  [
    'U-Net with bilinear upsampling',
    { architecture: 'unet', levels: 3, upsampling: 'bilinear', inference: moving },
  ],
  ['ResNet', { architecture: 'resnet', levels: 2, norm: 'none' }],
] as const)('tiles equal the whole where they share the receptive field: %s', async (_, generator) => {
  const { receptiveField, difference } = await differenceOf(generator, { tile: 160 });
  expect(receptiveField).toBeGreaterThan(17);
  expect(receptiveField).toBeLessThanOrEqual(81);
  expect(difference).toBeLessThanOrEqual(1);
});

it('tiles differ where they share too little, and where every tile has statistics of its own', async () => {
  const shallow = { architecture: 'unet', levels: 3 } as const;
  const narrow = await differenceOf({ ...shallow, inference: moving }, { tile: 96, overlap: 8 });
  expect(narrow.difference).toBeGreaterThan(1);
  const own = await differenceOf(shallow, { tile: 96 });
  expect(own.receptiveField).toBeNull();
  expect(own.difference).toBeGreaterThan(1);
});

it('tiles with statistics of their own fade into each other, where hard cuts would show', async () => {
  const { config } = resolveConfig({
    preset: 'paper',
    size: [64, 64],
    generator: { levels: 3, filters: 4, dropout: 0 },
  });
  const { image: whole } = await translated(config, {});
  const stepsOf = async (tiles: TileOptions) => {
    const { image } = await translated(config, tiles);
    const difference = Float32Array.from(image.data, (sample, i) => sample - whole.data[i]!);
    return Array.from({ length: 249 }, (_, i) => stepAt(difference, i + 1));
  };
  const [blended, cut] = [await stepsOf({ tile: 96 }), await stepsOf({ tile: 96, overlap: 0 })];
  expect(Math.max(...blended)).toBeLessThan(Math.max(...cut) / 1.5);
});

/** How much a difference of 250×200 pixels changes from column x − 1 to x, in the mean. */
function stepAt(difference: Float32Array, x: number): number {
  let sum = 0;
  for (let y = 0; y < 200; y++) {
    for (let c = 0; c < 3; c++) {
      const i = (y * 250 + x) * 3 + c;
      sum += Math.abs(difference[i]! - difference[i - 3]!);
    }
  }
  return sum / 600;
}
