import { mkdtemp, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { UserError } from '../core/errors.ts';
import { formatBytes } from '../core/format-bytes.ts';
import type { Image, Samples } from '../core/image.ts';
import type { Resampling, Size } from '../core/sizes.ts';
import { BrokenPictureError } from '../export/image-model.ts';
import { makeFolder } from '../files/folder.ts';
import { decodePicture } from '../images/decoding/decode.ts';
import { bytesPerSample, type ImageHeader, readFileHeader } from '../images/decoding/image-header.ts';
import { canSpool, spoolPicture } from '../images/decoding/spool-picture.ts';
import { writePicture, writeRows } from '../images/encoding/encode.ts';
import { type Picture, withChannels } from '../images/picture.ts';
import { columnsOfHalf, type Half, halfOf, resample } from '../images/resize.ts';
import type { TranslationJob } from './plan-outputs.ts';
import type { TileEvents, Translator } from './translator.ts';

/** The parts of a translator used here. */
interface TranslatesFiles extends Pick<Translator, 'translate' | 'translateRows'> {
  readonly description: { readonly input: { readonly channels: number; readonly resampling: Resampling } };
}

export interface FileOptions extends TileEvents {
  readonly side?: Half | undefined;
  readonly size?: Size | undefined;
  /** Called with the size of what is translated, before any resizing. */
  readonly onSize?: (size: Size) => void;
}

/** The largest number of pixels held in memory; larger pictures go through temporary files beside the result. */
const mostHeld = 4096 * 4096;

/** The largest number of bytes for pictures that can't go through files. */
const mostHeldBytes = 2 ** 28;

/**
 * Reads a picture, or the given half of it, with the model's channels, translates it and writes the result. With
 * `size`, it is first resized to that, in the way of the model's training pairs. Throws {@link UserError} if it is too
 * large for memory and of a kind that can't be read in strips.
 */
export async function translateFile(
  translator: TranslatesFiles,
  job: TranslationJob,
  options: FileOptions = {},
): Promise<void> {
  try {
    const header = await readFileHeader(job.input);
    const isLarge = header !== undefined && header.width * header.height > mostHeld;
    if (isLarge && canSpool(header) && !options.size) {
      return await translateLarge(translator, job, header, options);
    }
    if (isLarge) assertHeld(job, header);
    await translateHeld(translator, job, options);
  } catch (error) {
    throw error instanceof BrokenPictureError ? new BrokenPictureError(`"${job.input}"`) : error;
  }
}

function assertHeld({ input }: TranslationJob, header: ImageHeader): void {
  const { width, height, channels } = header;
  const bytes = width * height * channels * bytesPerSample(header);
  if (bytes <= mostHeldBytes) return;
  const fix = canSpool(header)
    ? 'leave out --resize, or resize the file first'
    : 'save it as PNG or TIFF of 8 or 16 bits and at most four channels, or cut it into parts';
  throw new UserError(
    `Cannot translate "${input}": its ${width}×${height} pixels take ${formatBytes(bytes)} of memory, and ` +
      `the limit is ${formatBytes(mostHeldBytes)}; ${fix}`,
  );
}

async function translateHeld(
  { description, translate }: TranslatesFiles,
  { input, output }: TranslationJob,
  { side, size, onSize, ...events }: FileOptions,
): Promise<void> {
  const image = asCondition(await decodePicture(input), description.input.channels, input);
  const condition = side ? halfOf(image, side, input) : image;
  onSize?.([condition.height, condition.width]);
  const sized = size ? resample(condition, size, description.input.resampling) : condition;
  await writePicture(output, await translate(sized, events));
}

async function translateLarge(
  { description, translateRows }: TranslatesFiles,
  { input, output }: TranslationJob,
  header: ImageHeader,
  { side, onSize, ...events }: FileOptions,
): Promise<void> {
  await makeFolder(dirname(output));
  const scratch = await mkdtemp(join(dirname(output), '.translating-'));
  try {
    const { width } = header;
    const columns = side ? columnsOfHalf(width, side, input) : { left: 0, width };
    onSize?.([header.height, columns.width]);
    const source = await spoolPicture(input, header, {
      spool: join(scratch, 'input.tif'),
      columns,
      convert: rows => asCondition(rows, description.input.channels, input),
    });
    await writeRows(output, source.height, translateRows(source, events), scratch);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/** Converts a picture to the model's input channels. Throws {@link UserError} if that is impossible. */
function asCondition(picture: Picture, wanted: number, input: string): Image<Samples> {
  const image = withChannels(picture, wanted);
  if (image) return image;
  throw new UserError(
    `Cannot translate "${input}": it has ${picture.image.channels} channels, and the model takes ${wanted}; ` +
      'use images of the kind that it was trained on',
  );
}
