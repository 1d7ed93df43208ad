import type { ModelDescription } from '../export/description.ts';

/** How an image is to be cut: the tiles' side before it is rounded to the network's stride, or null: not at all. */
export interface Cut {
  readonly tile: number | null;
  /** Whether that is less than usual, since more would take too much memory. */
  readonly reduced: boolean;
}

/** Pixels that are translated whole where memory allows, and the tiles' side where there are more. */
const WHOLE = 1536 * 1536;
const TILE = 1024;
const LEAST = 256;

/**
 * Bytes that all of a translation may hold by this reckoning, and those of Node and its libraries. What is freed and not yet
 * given back comes on top: up to a quarter of a GB was measured, so this leaves some more to the 2 GB that are kept to.
 */
const ROOM = 1.7e9;
const PROCESS = 2e8;

/**
 * The usual way to cut an image of so many pixels, or smaller tiles where that would take more than 2 GB: the weights,
 * what the network holds of a tile, and a row of tiles of both pictures.
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
  // Samples as they are read, converted, cut, made and written; of tiles, the sums of the result's besides.
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
