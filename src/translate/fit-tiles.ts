import type { ModelDescription } from '../export/description.ts';

/** How an image is cut into tiles: the tiles' side before it is rounded to the network's stride; null: not cut. */
export interface Cut {
  readonly tile: number | null;
  /** Whether the tile is smaller than usual to save memory. */
  readonly reduced: boolean;
}

/** The largest number of pixels that are translated whole, if memory allows; and the tiles' side for larger images. */
const WHOLE = 1536 * 1536;
const TILE = 1024;
const LEAST = 256;

/**
 * Estimated bytes that a translation may use, and those of Node and its libraries. Freed memory that is not yet
 * returned to the system comes on top (up to a quarter of a GB was measured); together this stays below 2 GB.
 */
const ROOM = 1.7e9;
const PROCESS = 2e8;

/**
 * How to cut an image of `width`×`height`: as usual, or into smaller tiles if that would take more than 2 GB for the
 * weights, the network's images for a tile, and a row of tiles of both pictures.
 */
export function cutWithin(
  {
    memory,
    size: { multiple },
    input,
    output,
  }: Pick<ModelDescription, 'memory' | 'size' | 'input' | 'output'>,
  width: number,
  height: number,
): Cut {
  // Samples are held as read, converted, cropped, generated and written; for tiles, also the weighted sums of the
  // result.
  const perPixel = [input, output].reduce((sum, { channels, depth }) => sum + (5 * channels * depth) / 8, 0);
  const perBlended = perPixel + 4 * output.channels;
  const fits = (pixels: number, strip: number) =>
    memory === null || PROCESS + memory.weights + memory.perPixel * pixels + strip <= ROOM;
  const pixels = width * height;
  const isSmall = pixels <= WHOLE;
  if (isSmall && fits(pixels, perPixel * pixels)) return { tile: null, reduced: false };
  let tile = TILE;
  while (tile - multiple >= LEAST && !fits(tile * tile, perBlended * width * tile)) tile -= multiple;
  return { tile, reduced: isSmall || tile < TILE };
}
