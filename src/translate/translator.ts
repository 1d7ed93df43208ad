import { UserError } from '../core/errors.ts';
import { cropImage, type Image, type Samples } from '../core/image.ts';
import { padImage } from '../core/pad.ts';
import type { ModelDescription } from '../export/description.ts';
import { type ImageModel, openImageModel, readImageModel } from '../export/image-model.ts';
import { exportGenerator } from '../export/onnx-file.ts';
import { openModel } from '../train/model-files.ts';
import { tilingOf } from './tiles.ts';
import { translateTiled } from './translate-tiled.ts';

/** A trained generator for images of any size. */
export interface Translator {
  readonly description: ModelDescription;
  /**
   * Translates an image; the result has the same size, and the channels and the depth that the model makes. Throws
   * UserError for channels that it doesn't take.
   */
  translate(image: Image<Samples>): Promise<Image<Samples>>;
  close(): Promise<void>;
}

/** How to cut images that are too large to be translated whole. */
export interface TileOptions {
  /** Sides of a tile in pixels, rounded up to what the network needs; otherwise only very large images are cut. */
  readonly tile?: number | undefined;
  /** What neighbouring tiles share; otherwise what the network's receptive field asks for, at most half a tile. */
  readonly overlap?: number | undefined;
}

/** Pixels that are translated whole where nothing else is asked for, and the tile's side where there are more. */
const WHOLE = 1536 * 1536;
const TILE = 1024;

/** Opens a run folder, a checkpoint, a weights file or an exported .onnx file. Throws UserError where none is usable. */
export async function openTranslator(path: string, tiles: TileOptions = {}): Promise<Translator> {
  const model = path.endsWith('.onnx') ? await readImageModel(path) : await openRun(path);
  return createTranslator(model, tiles);
}

/** A run translates through the model that it would be exported as, with bytes in and out where it knows nothing finer. */
async function openRun(path: string): Promise<ImageModel> {
  const saved = await openModel(path);
  const { depth } = saved.config;
  const form = depth.condition === 8 && depth.target === 8 ? 'image' : 'tensors';
  const { bytes, description } = await exportGenerator(saved, { size: 'free', form });
  return openImageModel(bytes, description);
}

/** Images are padded to what the model needs by repeating their edges, translated whole or in tiles, and cropped back. */
export function createTranslator(model: ImageModel, { tile, overlap }: TileOptions = {}): Translator {
  const { description } = model;
  const { fixed, multiple } = description.size;
  const run = (image: Image<Samples>) => {
    const whole = fixed !== null || image.width * image.height <= WHOLE;
    if (tile === undefined && whole) return model.run(image);
    const tiling = tilingOf(description, { tile: tile ?? TILE, overlap });
    return translateTiled(image, tiling, multiple, each => model.run(each));
  };
  return {
    description,
    translate: async image => {
      assertChannels(image, description);
      const padded = pad(image, description.size);
      return cropImage(await run(padded), 0, 0, image.width, image.height);
    },
    close: () => model.release(),
  };
}

function assertChannels(image: Image<Samples>, { input }: ModelDescription): void {
  if (image.channels === input.channels) return;
  throw new UserError(
    `Cannot translate an image of ${image.channels} channels: the model takes ${input.channels}, ${input.order}`,
  );
}

/** Repeats the last row and column until both sides suit the model. */
function pad(image: Image<Samples>, { fixed, multiple, smallest }: ModelDescription['size']): Image<Samples> {
  const grown = (length: number) => Math.max(Math.ceil(length / multiple) * multiple, smallest);
  const [height, width] = fixed ?? [grown(image.height), grown(image.width)];
  if (width < image.width || height < image.height) {
    throw new UserError(
      `Cannot translate ${image.width}×${image.height} pixels: the model takes ${width}×${height} at most; export it with --size free`,
    );
  }
  return padImage(image, height, width);
}
