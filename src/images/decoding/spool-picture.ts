import { open } from 'node:fs/promises';
import sharp from 'sharp';
import { messageOf, UserError } from '../../core/errors.ts';
import type { Image, RowSource, Samples } from '../../core/image.ts';
import type { Picture } from '../picture.ts';
import { explainDecodeFailure, openColors, readColors } from './decode.ts';
import { type ImageHeader, unlimitedChannels } from './image-header.ts';

/** Whether {@link spoolPicture} supports a picture with this header. */
export function canSpool({ format, channels, depth }: ImageHeader): boolean {
  return format !== 'bmp' && channels <= 4 && (depth === 'uchar' || depth === 'ushort');
}

/**
 * Decodes a picture into a temporary tiled TIFF file from which any rows can be read, so that only a few rows are in
 * memory at a time. A second or fourth channel counts as opacity. Throws {@link UserError} if the picture is truncated
 * or damaged, or the disk is full.
 */
export async function spoolPicture(
  path: string,
  header: ImageHeader,
  { spool, columns, convert }: SpoolOptions,
): Promise<RowSource> {
  await decodeInto(spool, path, header);
  const { left, width } = columns;
  return {
    width,
    height: header.height,
    read: async (top, rows) => {
      const part = sharp(spool, unlimitedChannels).extract({ left, top, width, height: rows });
      return convert(await readColors(part, header));
    },
  };
}

export interface SpoolOptions {
  /** Path of the temporary file. */
  readonly spool: string;
  /** The columns to read. */
  readonly columns: { readonly left: number; readonly width: number };
  /** Converts the rows that were read. */
  readonly convert: (rows: Picture) => Image<Samples>;
}

async function decodeInto(spool: string, path: string, header: ImageHeader): Promise<void> {
  try {
    await openColors(path, header)
      .tiff({ compression: 'none', predictor: 'none', bigtiff: true, tile: true })
      .toFile(spool);
  } catch (error) {
    const message = messageOf(error);
    if (/write|no space/i.test(message)) {
      throw new UserError(`Cannot decode "${path}" into "${spool}": ${message.trim().split('\n').at(-1)}`);
    }
    const file = await open(path);
    const { buffer } = await file.read({ buffer: Buffer.alloc(16) });
    const { size } = await file.stat().finally(() => file.close());
    throw new UserError(`Cannot decode "${path}": ${explainDecodeFailure(buffer, message, size)}`);
  }
}
