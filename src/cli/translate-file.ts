import { UserError } from '../core/errors.ts';
import { decodePicture } from '../data/decode.ts';
import { withChannels } from '../data/picture.ts';
import { type Resampling, resample, type Size } from '../data/scale-picture.ts';
import { type Half, halfOf } from '../data/square-photo.ts';
import { writePicture } from '../data/write-picture.ts';
import type { Translator } from '../translate/translator.ts';
import type { TranslationJob } from './plan-outputs.ts';

/** What is needed of a translator. */
interface TranslatesFiles extends Pick<Translator, 'translate'> {
  readonly description: { readonly input: { readonly channels: number; readonly resampling: Resampling } };
}

/**
 * Reads a picture, or the given half of it, with the model's channels, translates it and writes the result. With
 * `size`, it is resized to that first, as the model's conditions were.
 */
export async function translateFile(
  { description, translate }: TranslatesFiles,
  { input, output }: TranslationJob,
  { side, size }: { readonly side?: Half | undefined; readonly size?: Size | undefined } = {},
): Promise<void> {
  const picture = await decodePicture(input);
  const { channels: wanted } = description.input;
  const image = withChannels(picture, wanted);
  if (!image) {
    throw new UserError(
      `Cannot translate "${input}": it has ${picture.image.channels} channels, and the model takes ${wanted}; ` +
        'use pictures like those that it learned from',
    );
  }
  const condition = side ? halfOf(image, side, input) : image;
  const sized = size ? resample(condition, size, description.input.resampling) : condition;
  await writePicture(output, await translate(sized));
}
