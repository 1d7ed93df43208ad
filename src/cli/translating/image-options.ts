import { UserError } from '../../core/errors.ts';
import { type PictureFormat, pictureFormats } from '../../images/encoding/encode.ts';
import { type Half, halves } from '../../images/resize.ts';
import { parseChoice, parseWithin } from '../options/parse.ts';

/** The flags that say how images are read, translated and written. */
export const imageOptions = {
  side: {
    type: 'string',
    valueHint: halves.join('|'),
    description: 'Use the left (A) or right (B) half of each image',
  },
  resize: { type: 'boolean', description: 'Resize each image to the training size of the model first' },
  format: {
    type: 'string',
    valueHint: pictureFormats.join('|'),
    description: 'Format of the results (default: PNG, or TIFF where PNG cannot hold them)',
  },
  tile: {
    type: 'string',
    valueHint: 'N',
    description:
      'Translate in tiles of N×N pixels, rounded up to a multiple of the model’s stride (default: 1024 for images above 1536×1536, smaller if 2 GB of memory require it)',
  },
  overlap: {
    type: 'string',
    valueHint: 'N',
    description:
      'Overlap of neighbouring tiles in pixels (default: the receptive field, at most half a tile)',
  },
} as const;

/** What {@link imageOptions} were given. */
export interface ImageOptions {
  readonly side?: Half | undefined;
  readonly resize: boolean;
  readonly format?: PictureFormat | undefined;
  readonly tile?: number | undefined;
  readonly overlap?: number | undefined;
}

/** Throws UserError that names the flag whose value can't be used. */
export function parseImageOptions({
  side,
  resize = false,
  format,
  tile,
  overlap,
}: { readonly resize?: boolean | undefined } & {
  readonly [Flag in 'side' | 'format' | 'tile' | 'overlap']?: string | undefined;
}): ImageOptions {
  const [tilePixels, overlapPixels] = [parsePixels('tile', tile, 1), parsePixels('overlap', overlap, 0)];
  if (tilePixels !== undefined && overlapPixels !== undefined && overlapPixels > tilePixels / 2) {
    throw new UserError(
      `Cannot use --overlap ${overlapPixels} with --tile ${tilePixels}: it must be at most half a tile, ${Math.floor(tilePixels / 2)}`,
    );
  }
  return {
    side: side === undefined ? undefined : parseChoice('side', side, halves),
    resize,
    format: format === undefined ? undefined : parseChoice('format', format, pictureFormats),
    tile: tilePixels,
    overlap: overlapPixels,
  };
}

function parsePixels(flag: string, text: string | undefined, least: number): number | undefined {
  return text === undefined ? undefined : parseWithin(flag, text, { least, most: 65_536, whole: true });
}
