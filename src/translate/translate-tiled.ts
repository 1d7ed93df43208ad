import { createImageLike, cropImage, type Image, type Samples } from '../core/image.ts';
import { type Stretch, stretchesOf, type Tiling } from './tiles.ts';

/** Translates an image tile by tile, a row of tiles at a time, and blends them. @param multiple of both sides. */
export async function translateTiled(
  image: Image<Samples>,
  tiling: Tiling,
  multiple: number,
  translate: (tile: Image<Samples>) => Promise<Image<Samples>>,
): Promise<Image<Samples>> {
  const across = stretchesOf(image.width, tiling, multiple);
  const down = stretchesOf(image.height, tiling, multiple);
  let result: Image<Samples> | null = null;
  let band: Band | null = null;
  for (const [i, vertical] of down.entries()) {
    for (const horizontal of across) {
      const [width, height] = [horizontal.weights.length, vertical.weights.length];
      const tile = await translate(cropImage(image, horizontal.start, vertical.start, width, height));
      result ??= createImageLike(tile, image.width, image.height);
      band ??= new Band(result, tiling.tile);
      band.add(tile, horizontal, vertical);
    }
    band!.finish(down[i + 1]?.start ?? image.height);
  }
  return result!;
}

/** The weighted sums of the rows that tiles still go into; finished rows are rounded into the result. */
class Band {
  private readonly sums: Float32Array;
  private readonly row: number;
  private first = 0;

  constructor(
    private readonly result: Image<Samples>,
    rows: number,
  ) {
    this.row = result.width * result.channels;
    this.sums = new Float32Array(rows * this.row);
  }

  add(tile: Image<Samples>, horizontal: Stretch, vertical: Stretch): void {
    const { channels } = tile;
    vertical.weights.forEach((share, y) => {
      const to = (vertical.start + y - this.first) * this.row + horizontal.start * channels;
      const from = y * tile.width * channels;
      for (let i = 0; i < tile.width * channels; i++) {
        const weight = share * horizontal.weights[Math.floor(i / channels)]!;
        this.sums[to + i]! += weight * tile.data[from + i]!;
      }
    });
  }

  /** No tile will touch the rows above `next` any more. */
  finish(next: number): void {
    const { data } = this.result;
    const whole = !(data instanceof Float32Array);
    const done = (next - this.first) * this.row;
    const start = this.first * this.row;
    for (let i = 0; i < done; i++) data[start + i] = whole ? Math.round(this.sums[i]!) : this.sums[i]!;
    this.sums.copyWithin(0, done);
    this.sums.fill(0, this.sums.length - done);
    this.first = next;
  }
}
