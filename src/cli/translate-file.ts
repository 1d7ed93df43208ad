import { mkdtemp, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { UserError } from '../core/errors.ts';
import type { Image, Samples } from '../core/image.ts';
import { decodePicture } from '../data/decode.ts';
import type { ImageHeader } from '../data/image-header.ts';
import { makeFolder } from '../data/make-folder.ts';
import { type Picture, withChannels } from '../data/picture.ts';
import { type Resampling, resample, type Size } from '../data/scale-picture.ts';
import { readColourHeader, spoolPicture } from '../data/spool-picture.ts';
import { columnsOfHalf, type Half, halfOf } from '../data/square-photo.ts';
import { writePicture } from '../data/write-picture.ts';
import { writeRows } from '../data/write-rows.ts';
import type { Translator } from '../translate/translator.ts';
import type { TranslationJob } from './plan-outputs.ts';

/** What is needed of a translator. */
interface TranslatesFiles extends Pick<Translator, 'translate' | 'translateRows'> {
  readonly description: { readonly input: { readonly channels: number; readonly resampling: Resampling } };
}

export interface FileOptions {
  readonly side?: Half | undefined;
  readonly size?: Size | undefined;
  /** Told how much of a large picture is done, 0 to 1; what it throws ends the work. */
  readonly onProgress?: (done: number) => void;
}

/** Pixels of the pictures that are held whole; larger ones go through temporary files beside the result. */
const mostHeld = 4096 * 4096;

/**
 * Reads a picture, or the given half of it, with the model's channels, translates it and writes the result. With
 * `size`, it is resized to that first, as the model's conditions were.
 */
export async function translateFile(
  translator: TranslatesFiles,
  job: TranslationJob,
  options: FileOptions = {},
): Promise<void> {
  const header = options.size ? undefined : await readColourHeader(job.input);
  const isLarge = header && header.width * header.height > mostHeld;
  await (isLarge
    ? translateLarge(translator, job, header, options)
    : translateHeld(translator, job, options));
}

async function translateHeld(
  { description, translate }: TranslatesFiles,
  { input, output }: TranslationJob,
  { side, size }: FileOptions,
): Promise<void> {
  const image = asCondition(await decodePicture(input), description.input.channels, input);
  const condition = side ? halfOf(image, side, input) : image;
  const sized = size ? resample(condition, size, description.input.resampling) : condition;
  await writePicture(output, await translate(sized));
}

async function translateLarge(
  { description, translateRows }: TranslatesFiles,
  { input, output }: TranslationJob,
  header: ImageHeader,
  { side, onProgress }: FileOptions,
): Promise<void> {
  await makeFolder(dirname(output));
  const scratch = await mkdtemp(join(dirname(output), '.translating-'));
  try {
    const { width } = header;
    const source = await spoolPicture(input, header, {
      spool: join(scratch, 'input.tif'),
      columns: side ? columnsOfHalf(width, side, input) : { left: 0, width },
      convert: rows => asCondition(rows, description.input.channels, input),
    });
    const strips = watched(translateRows(source), source.height, onProgress);
    await writeRows(output, source.height, strips, scratch);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

async function* watched(
  strips: AsyncIterable<Image<Samples>>,
  height: number,
  onProgress?: (done: number) => void,
): AsyncGenerator<Image<Samples>> {
  let done = 0;
  for await (const strip of strips) {
    yield strip;
    done += strip.height;
    onProgress?.(done / height);
  }
}

/** A picture with the channels that a model takes. Throws {@link UserError} where it can't have them. */
function asCondition(picture: Picture, wanted: number, input: string): Image<Samples> {
  const image = withChannels(picture, wanted);
  if (image) return image;
  throw new UserError(
    `Cannot translate "${input}": it has ${picture.image.channels} channels, and the model takes ${wanted}; ` +
      'use pictures like those that it learned from',
  );
}
