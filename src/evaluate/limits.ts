import type { Image, Samples } from '../core/image.ts';
import type { Size } from '../data/loading/transform.ts';
import type { Contestant } from './contestant.ts';

/** The least side that SSIM's window fits. */
const SSIM_WINDOW = 11;

/** Gathers, picture by picture, what keeps the scores from meaning what they seem to. */
export class Limits {
  private readonly size: Size;
  private readonly truths = new Sizes();
  private readonly pictures = new Map<string, Sizes>();
  private plain = 0;

  constructor(size: Size) {
    this.size = size;
  }

  /** @param shown the truth as it is compared. */
  sawTruth(original: Image<Samples>, shown: Image): void {
    this.truths.add(original);
    if (isPlain(shown)) this.plain++;
  }

  sawPicture({ name, kind }: Contestant, original: Image<Samples>): void {
    if (kind !== 'pictures') return;
    if (!this.pictures.has(name)) this.pictures.set(name, new Sizes());
    this.pictures.get(name)!.add(original);
  }

  /** In words, without final periods. @param features how many a picture has, where there is a network. */
  notes(features: number | null): string[] {
    const { size, plain } = this;
    const { count } = this.truths;
    const found: (string | false)[] = [
      count === 1 &&
        'One picture is scored: there are no intervals and no tests of chance, and neither FID nor KID; score more pairs',
      plain > 0 &&
        `${plain} of ${count} truths are of a single colour: they have no sharpness, and their SSIM says little`,
      Math.min(...size) < SSIM_WINDOW &&
        `At ${size.join('×')} pixels there is no SSIM: its window takes ${SSIM_WINDOW}; use a larger --size`,
      this.truths.squeezed('truths', size),
      ...[...this.pictures].map(([name, sizes]) => sizes.squeezed(`pictures of ${name}`, size)),
      features !== null &&
        count > 1 &&
        count <= features &&
        `${count} pictures are fewer than the ${features + 1} that ${features} features ask for, so that their covariances have no full rank: ` +
          'FID is too large then and changes with the number of pictures; go by KID',
    ];
    return found.filter(note => note !== false);
  }
}

/** Which sizes there were. */
class Sizes {
  count = 0;
  private readonly byShape = new Map<string, { readonly size: Size; count: number }>();

  add({ width, height }: Image<Samples>): void {
    this.count++;
    const known = this.byShape.get(`${height}×${width}`) ?? { size: [height, width], count: 0 };
    this.byShape.set(`${height}×${width}`, { ...known, count: known.count + 1 });
  }

  /** Where some had other proportions than what they were compared at. */
  squeezed(whose: string, [height, width]: Size): string | false {
    const others = [...this.byShape].filter(([, { size }]) => !isAlike(size[0] / size[1], height / width));
    if (others.length === 0) return false;
    const count = others.reduce((sum, [, each]) => sum + each.count, 0);
    return (
      `${count} of ${this.count} ${whose} have other proportions than ${height}×${width} (such as ${others[0]![0]}) and were ` +
      'resized to it; if that is wrong, give --size as HEIGHTxWIDTH'
    );
  }
}

/** To within what rounding a side to pixels makes of proportions. */
function isAlike(a: number, b: number): boolean {
  return Math.abs(a / b - 1) < 0.02;
}

function isPlain({ data, channels }: Image): boolean {
  return data.every((value, i) => value === data[i % channels]);
}
