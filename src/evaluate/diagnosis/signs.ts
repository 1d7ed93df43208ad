import type { Image } from '../../core/image.ts';
import { nyquistEnergy } from '../../metrics/nyquist.ts';
import { lumaOf } from '../../metrics/planes.ts';

/** What a contestant's pictures show together, beside their truths. */
export interface Signs {
  readonly pictures: number;
  /** How many were none: values that are no numbers. */
  readonly broken: number;
  /** Mean of picture − truth by channel, in levels. */
  readonly cast: readonly number[];
  /** Energy at the Nyquist frequency, in squared levels: the middle picture's. */
  readonly nyquist: number;
  readonly truthNyquist: number;
  /** How much the pictures differ from each other, as a share of how much the truths do; null where those do not. */
  readonly variety: number | null;
}

/** Gathers signs picture by picture, all of one size. */
export class SignCollector {
  private pictures = 0;
  private broken = 0;
  private readonly cast = [0, 0, 0];
  private readonly nyquist: number[] = [];
  private readonly truthNyquist: number[] = [];
  private readonly spread = [new Spread(), new Spread()] as const;

  /** @param picture null where it is none. */
  add(picture: Image | null, truth: Image): void {
    if (!picture) {
      this.broken++;
      return;
    }
    this.pictures++;
    const pixels = picture.width * picture.height;
    for (let i = 0; i < picture.data.length; i++) {
      this.cast[i % 3]! += (picture.data[i]! - truth.data[i]!) / pixels;
    }
    this.nyquist.push(nyquistEnergy(lumaOf(picture)));
    this.truthNyquist.push(nyquistEnergy(lumaOf(truth)));
    this.spread[0].add(picture.data);
    this.spread[1].add(truth.data);
  }

  signs(): Signs {
    const { pictures, broken } = this;
    const [own, wanted] = this.spread.map(spread => spread.variance()) as [number, number];
    return {
      pictures,
      broken,
      cast: this.cast.map(sum => sum / Math.max(pictures, 1)),
      nyquist: medianOf(this.nyquist),
      truthNyquist: medianOf(this.truthNyquist),
      variety: wanted === 0 ? null : Math.sqrt(own / wanted),
    };
  }
}

function medianOf(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;
}

/** Variance from picture to picture at each place, mean over places. */
class Spread {
  private count = 0;
  private sums = new Float64Array(0);
  private squares = new Float64Array(0);

  add(values: Uint8Array): void {
    if (this.count === 0)
      [this.sums, this.squares] = [new Float64Array(values.length), new Float64Array(values.length)];
    this.count++;
    for (let i = 0; i < values.length; i++) {
      this.sums[i]! += values[i]!;
      this.squares[i]! += values[i]! ** 2;
    }
  }

  variance(): number {
    let total = 0;
    this.sums.forEach((sum, i) => {
      total += Math.max(this.squares[i]! / this.count - (sum / this.count) ** 2, 0);
    });
    return total / Math.max(this.sums.length, 1);
  }
}
