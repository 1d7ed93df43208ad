import type { Image } from '../../core/image.ts';
import { median } from '../../core/median.ts';
import { nyquistEnergy } from '../../metrics/nyquist.ts';
import { lumaOf } from '../../metrics/planes.ts';

/** Statistics of a contestant's pictures compared with their truths. */
export interface Signs {
  readonly pictures: number;
  /** Number of pictures with NaN or infinite values. */
  readonly broken: number;
  /** Mean of picture − truth by channel, in levels. */
  readonly cast: readonly number[];
  /** Median energy at the Nyquist frequency, in squared levels. */
  readonly nyquist: number;
  readonly truthNyquist: number;
  /** Standard deviation between the pictures, divided by that between the truths; null if that is 0. */
  readonly variety: number | null;
}

/** Collects signs from pictures of one size. */
export class SignCollector {
  private pictures = 0;
  private broken = 0;
  private readonly cast = [0, 0, 0];
  private readonly nyquist: number[] = [];
  private readonly truthNyquist: number[] = [];
  private readonly spread = [new Spread(), new Spread()] as const;

  /** @param picture null if it holds NaN or infinite values. */
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
      nyquist: median(this.nyquist),
      truthNyquist: median(this.truthNyquist),
      variety: wanted === 0 ? null : Math.sqrt(own / wanted),
    };
  }
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
