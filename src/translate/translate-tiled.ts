import { createImageLike, cropImage, type Image, type RowSource, type Samples } from '../core/image.ts';
import { type TileSpan, type Tiling, tileSpans } from './tiles.ts';

/** Called with the share of work done, 0 to 1; an error thrown by it ends the work. */
export type OnProgress = (done: number) => void;

/**
 * Translates an image tile by tile, blends the tiles, and yields the finished rows of the result after each row of
 * tiles. Holds only one row of tiles of each image in memory. @param multiple the network's stride: both sides are
 * multiples of it. @param onTile called after each tile with the share of work done, 0 to 1.
 */
export async function* translateTiled(
  source: RowSource,
  tiling: Tiling,
  multiple: number,
  translate: (tile: Image<Samples>) => Promise<Image<Samples>>,
  onTile: OnProgress = () => {},
): AsyncGenerator<Image<Samples>> {
  const across = tileSpans(source.width, tiling, multiple);
  const down = tileSpans(source.height, tiling, multiple);
  let band: Band | null = null;
  for (const [i, vertical] of down.entries()) {
    const rows = vertical.weights.length;
    const strip = await source.read(vertical.start, rows);
    for (const [j, horizontal] of across.entries()) {
      const tile = await translate(cropImage(strip, horizontal.start, 0, horizontal.weights.length, rows));
      band ??= new Band(tile, source.width, rows);
      band.add(tile, horizontal, vertical);
      onTile((i * across.length + j + 1) / (across.length * down.length));
    }
    yield band!.finish(down[i + 1]?.start ?? source.height);
  }
}

/** The weighted sums of the rows that are not finished yet. */
class Band {
  private readonly sums: Float32Array;
  private readonly row: number;
  private first = 0;

  /** @param like an image with the result's channels and depth. */
  constructor(
    private readonly like: Image<Samples>,
    private readonly width: number,
    rows: number,
  ) {
    this.row = width * like.channels;
    this.sums = new Float32Array(rows * this.row);
  }

  add(tile: Image<Samples>, horizontal: TileSpan, vertical: TileSpan): void {
    const { channels, data } = tile;
    vertical.weights.forEach((share, y) => {
      let to = (vertical.start + y - this.first) * this.row + horizontal.start * channels;
      let from = y * tile.width * channels;
      for (const part of horizontal.weights) {
        const weight = share * part;
        for (let c = 0; c < channels; c++) this.sums[to++]! += weight * data[from++]!;
      }
    });
  }

  /** The finished rows above `next`, to which no further tile contributes; rounded, unless they are floats. */
  finish(next: number): Image<Samples> {
    const rows = createImageLike(this.like, this.width, next - this.first);
    const { data } = rows;
    const whole = !(data instanceof Float32Array);
    for (let i = 0; i < data.length; i++) data[i] = whole ? Math.round(this.sums[i]!) : this.sums[i]!;
    this.sums.copyWithin(0, data.length);
    this.sums.fill(0, this.sums.length - data.length);
    this.first = next;
    return rows;
  }
}
