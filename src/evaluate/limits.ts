import type { Image, Samples } from '../core/image.ts';
import type { Size } from '../core/sizes.ts';
import type { Contestant } from './contestant.ts';

/** The smallest side for SSIM's window. */
const SSIM_WINDOW = 11;

/** Collects reasons why scores may be misleading, picture by picture. */
export class Limits {
  private readonly size: Size;
  private readonly truths = new Sizes();
  private readonly pictures = new Map<string, Sizes>();
  private plain = 0;

  constructor(size: Size) {
    this.size = size;
  }

  /** @param shown the truth at the size of the comparison. */
  sawTruth(original: Image<Samples>, shown: Image): void {
    this.truths.add(original);
    if (isPlain(shown)) this.plain++;
  }

  sawPicture({ name, kind }: Contestant, original: Image<Samples>): void {
    if (kind !== 'pictures') return;
    if (!this.pictures.has(name)) this.pictures.set(name, new Sizes());
    this.pictures.get(name)!.add(original);
  }

  /** Notes for users, without final periods. @param features number of features, if there is a network. */
  notes(features: number | null): string[] {
    const { size, plain } = this;
    const { count } = this.truths;
    const found: (string | false)[] = [
      count === 1 &&
        'Only one image is scored, so there are no intervals, no significance tests, no FID and no KID; score more pairs',
      plain > 0 &&
        `${plain} of ${count} targets are a single colour: they have no sharpness, and their SSIM means little`,
      Math.min(...size) < SSIM_WINDOW &&
        `At ${size.join('×')} pixels there is no SSIM: its window needs ${SSIM_WINDOW} pixels; use a larger --size`,
      this.truths.squeezed('targets', size),
      ...[...this.pictures].map(([name, sizes]) => sizes.squeezed(`images of ${name}`, size)),
      features !== null &&
        count > 1 &&
        count <= features &&
        `FID is biased upwards with ${count} images: it needs more than ${features}, the number of features; use KID`,
    ];
    return found.filter(note => note !== false);
  }
}

/** Counts sizes. */
class Sizes {
  count = 0;
  private readonly byShape = new Map<string, { readonly size: Size; count: number }>();

  add({ width, height }: Image<Samples>): void {
    this.count++;
    const known = this.byShape.get(`${height}×${width}`) ?? { size: [height, width], count: 0 };
    this.byShape.set(`${height}×${width}`, { ...known, count: known.count + 1 });
  }

  /** A note if some pictures have another aspect ratio than the size of the comparison. */
  squeezed(whose: string, [height, width]: Size): string | false {
    const others = [...this.byShape].filter(([, { size }]) => !isAlike(size[0] / size[1], height / width));
    if (others.length === 0) return false;
    const count = others.reduce((sum, [, each]) => sum + each.count, 0);
    return (
      `${count} of ${this.count} ${whose} have another aspect ratio than ${height}×${width} (such as ${others[0]![0]}) and were ` +
      'resized to it; if that is wrong, pass --size HEIGHTxWIDTH'
    );
  }
}

/** Equal aspect ratios, to within rounding. */
function isAlike(a: number, b: number): boolean {
  return Math.abs(a / b - 1) < 0.02;
}

function isPlain({ data, channels }: Image): boolean {
  return data.every((value, i) => value === data[i % channels]);
}
