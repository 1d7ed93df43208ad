import { UserError } from '../core/errors.ts';
import { createImage, cropImage, type Image } from '../core/image.ts';
import { Random } from '../core/random.ts';
import type { Arrays } from '../runtime/program.ts';
import type { RunConfig } from '../train/config.ts';
import { CHANNELS } from '../train/model.ts';
import { openModel } from '../train/model-files.ts';
import { createTranslation, type Translation } from '../train/translation.ts';

/** A trained generator for images of any size. */
export interface Translator {
  readonly config: RunConfig;
  /** Translates an RGB image; the result has the same size. Throws UserError for other channels. */
  translate(image: Image): Promise<Image>;
  close(): Promise<void>;
}

/** Opens a run folder, a checkpoint or a weights file. Throws UserError where there is no usable model. */
export async function openTranslator(path: string): Promise<Translator> {
  const { config, tensors } = await openModel(path);
  const values = Object.fromEntries([...tensors].map(([name, { data }]) => [name, data]));
  return createTranslator(config, values);
}

/**
 * Images are padded to what the generator's depth needs by repeating their edges, and cropped back.
 * One program is kept compiled, for the size seen last.
 */
export function createTranslator(config: RunConfig, values: Arrays): Translator {
  let current: { readonly size: string; readonly translation: Translation } | null = null;

  const translationFor = async (height: number, width: number): Promise<Translation> => {
    const size = `${height}×${width}`;
    if (current?.size === size) return current.translation;
    await current?.translation.release();
    const random = Random.fromSeed(config.seed).split('translation');
    current = {
      size,
      translation: await createTranslation({ ...config, size: [height, width] }, values, random),
    };
    return current.translation;
  };

  const translateNow = async (image: Image): Promise<Image> => {
    const padded = padToMultiple(image, 2 ** config.generator.levels!);
    const translation = await translationFor(padded.height, padded.width);
    return cropImage(await translation.run(padded), 0, 0, image.width, image.height);
  };

  let queue: Promise<void> = Promise.resolve();
  return {
    config,
    translate: image => {
      assertRgb(image);
      // One at a time: translations share the program's buffers.
      const translated = queue.then(() => translateNow(image));
      queue = translated.then(
        () => {},
        () => {},
      );
      return translated;
    },
    close: async () => {
      await queue;
      await current?.translation.release();
    },
  };
}

function assertRgb({ channels }: Image): void {
  if (channels === CHANNELS) return;
  throw new UserError(`Cannot translate an image of ${channels} channels: the model takes ${CHANNELS}, RGB`);
}

/** Repeats the last row and column until both sides are multiples. */
function padToMultiple(image: Image, multiple: number): Image {
  const width = Math.ceil(image.width / multiple) * multiple;
  const height = Math.ceil(image.height / multiple) * multiple;
  if (width === image.width && height === image.height) return image;
  const padded = createImage(width, height, image.channels);
  const { channels } = image;
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const from = (Math.min(y, image.height - 1) * image.width + Math.min(x, image.width - 1)) * channels;
      padded.data.set(image.data.subarray(from, from + channels), (y * width + x) * channels);
    }
  return padded;
}
