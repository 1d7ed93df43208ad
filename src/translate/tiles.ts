import type { ModelDescription } from '../export/description.ts';

/** Tile sizes in pixels: multiples of the network's stride, so that all tiles are aligned with its grid. */
export interface Tiling {
  readonly tile: number;
  /** Least overlap of neighbouring tiles. */
  readonly overlap: number;
  /** The border of a tile within which its result lacks context: there only the neighbour counts. */
  readonly margin: number;
}

/** One tile along one axis. */
export interface TileSpan {
  readonly start: number;
  /** The weight of each of its pixels; at every pixel of the image the tiles' weights add up to 1. */
  readonly weights: Float32Array;
}

/** A tiling whose overlap covers the receptive field, or is a quarter of a tile if the receptive field is unlimited. */
export function tilingOf(
  { size: { multiple, smallest }, receptiveField }: Pick<ModelDescription, 'size' | 'receptiveField'>,
  wanted: { readonly tile: number; readonly overlap?: number | undefined },
): Tiling {
  const up = (length: number) => Math.ceil(length / multiple) * multiple;
  const tile = Math.max(up(wanted.tile), smallest, 2 * multiple);
  const most = Math.floor(tile / 2 / multiple) * multiple;
  const covering = receptiveField === null ? null : receptiveField - 1;
  const overlap = Math.min(up(wanted.overlap ?? covering ?? tile / 4), most);
  const margin = covering !== null && overlap >= covering ? covering / 2 : Math.floor(overlap / 4);
  return { tile, overlap, margin };
}

/** Evenly spaced tiles that cover an axis of `length` pixels, a multiple of the stride. */
export function tileSpans(length: number, { tile, overlap, margin }: Tiling, multiple: number): TileSpan[] {
  if (length <= tile) return [{ start: 0, weights: new Float32Array(length).fill(1) }];
  const count = Math.ceil((length - overlap) / (tile - overlap));
  const distance = (length - tile) / (count - 1);
  const starts = Array.from(
    { length: count },
    (_, i) => Math.floor((i * distance) / multiple + 1e-9) * multiple,
  );
  return starts.map((start, i) => ({
    start,
    weights: Float32Array.from({ length: tile }, (_, x) => {
      const begun = i === 0 ? 1 : passed(start + x, start, starts[i - 1]! + tile, margin);
      const ended = i === count - 1 ? 0 : passed(start + x, starts[i + 1]!, start + tile, margin);
      return begun - ended;
    }),
  }));
}

/** The blending weight, 0 to 1, at pixel x from one tile to the next, which overlap from `start` to `end`. */
function passed(x: number, start: number, end: number, margin: number): number {
  const [from, to] = [start + margin, end - margin];
  if (to <= from) return x >= from ? 1 : 0;
  return Math.min(Math.max((x + 0.5 - from) / (to - from), 0), 1);
}

/** How an image is cut into tiles: the tiles' side before it is rounded to the network's stride; null: not cut. */
export interface Cut {
  readonly tile: number | null;
  /** Whether the tile is smaller than usual to save memory. */
  readonly reduced: boolean;
}

/** The largest number of pixels that are translated whole, if memory allows. */
const LARGEST_WHOLE = 1536 * 1536;
/** The side of tiles of larger images. */
const TILE_SIDE = 1024;
/** The side below which tiles are not made smaller to save memory. */
const SMALLEST_TILE = 256;

/**
 * Estimated bytes that a translation may use. Freed memory that is not yet returned to the system comes on top (up to a
 * quarter of a GB was measured); together this stays below 2 GB.
 */
const MEMORY_BUDGET = 1.7e9;
/** Those of Node and its libraries. */
const BASE_MEMORY = 2e8;

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
    memory === null || BASE_MEMORY + memory.weights + memory.perPixel * pixels + strip <= MEMORY_BUDGET;
  const pixels = width * height;
  const isSmall = pixels <= LARGEST_WHOLE;
  if (isSmall && fits(pixels, perPixel * pixels)) return { tile: null, reduced: false };
  let tile = TILE_SIDE;
  while (tile - multiple >= SMALLEST_TILE && !fits(tile * tile, perBlended * width * tile)) tile -= multiple;
  return { tile, reduced: isSmall || tile < TILE_SIDE };
}
