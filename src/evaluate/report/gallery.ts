import { createImage, type Image } from '../../core/image.ts';
import { decodeImage } from '../../images/decoding/decode.ts';
import { encodeJpeg } from '../../images/encoding/encode.ts';
import { shownImage } from '../../images/picture.ts';
import { areaResize } from '../../images/resize.ts';
import type { OnPicture } from '../score-contestants.ts';

/** Largest longer side of a picture on a page, in pixels. */
export const LARGEST_SIDE = 256;

/** A picture embedded in a page. */
export interface Print {
  readonly width: number;
  readonly height: number;
  readonly jpeg: Uint8Array;
}

/** A pair with the contestants' pictures, in their order; null for NaN or infinite values. */
export interface Exhibit {
  readonly condition: Print;
  readonly target: Print;
  readonly pictures: (Print | null)[];
  /** Error maps of the pictures. */
  readonly errors: (Print | null)[];
}

/** Collects small, compressed pictures during scoring. */
export class Gallery {
  private readonly byName = new Map<string, Exhibit>();

  readonly add: OnPicture = async (entry, { name, condition }, picture, truth) => {
    const { width, height } = truth;
    const exhibit: Exhibit = this.byName.get(name) ?? {
      condition: await printOf(areaResize(shownImage(condition), width, height)),
      target: await printOf(truth),
      pictures: [],
      errors: [],
    };
    exhibit.pictures[entry] = picture && (await printOf(picture));
    exhibit.errors[entry] = picture && (await printOf(errorMap(picture, truth)));
    this.byName.set(name, exhibit);
  };

  exhibit(name: string): Exhibit {
    return this.byName.get(name)!;
  }
}

/**
 * Shrinks prints to the largest of `sides` (pixels along the longer side) at which they take at most `bytes` in a page.
 */
export async function shrinkToFit(
  prints: readonly (Print | null)[],
  sides: readonly number[],
  bytes: number,
): Promise<{ readonly side: number; readonly prints: (Print | null)[] }> {
  const sizeOf = (all: readonly (Print | null)[], weight: (print: Print) => number) =>
    // Base64 encodes three bytes in four letters.
    all.reduce((sum, print) => sum + (print ? (4 / 3) * print.jpeg.length * weight(print) : 0), 0);
  const areaLeft = (side: number) => (print: Print) =>
    Math.min(1, side / Math.max(print.width, print.height)) ** 2;
  // Bytes are roughly proportional to area, so larger sides are not tried.
  const candidates = sides.filter(side => sizeOf(prints, areaLeft(side)) <= bytes);
  for (const side of candidates.length > 0 ? candidates : sides.slice(-1)) {
    const shrunk: (Print | null)[] = [];
    for (const print of prints) shrunk.push(print && (await shrink(print, side)));
    if (sizeOf(shrunk, () => 1) <= bytes || side === sides.at(-1)) return { side, prints: shrunk };
  }
  throw new RangeError('Cannot shrink images to no side');
}

/** An `<img>` with an embedded picture. */
export function imageTag(print: Print | null, alt: string): string {
  if (!print) return '<span class="none">no image</span>';
  const { width, height, jpeg } = print;
  const data = Buffer.from(jpeg).toString('base64');
  return `<img src="data:image/jpeg;base64,${data}" width="${width}" height="${height}" alt="${alt}">`;
}

/** A heat map of a picture's error: from black (none) over red and yellow to white (three quarters of the range). */
function errorMap(picture: Image, truth: Image): Image {
  const map = createImage(picture.width, picture.height);
  for (let i = 0; i < map.data.length; i += 3) {
    let sum = 0;
    for (let c = 0; c < 3; c++) sum += Math.abs(picture.data[i + c]! - truth.data[i + c]!);
    const heat = Math.min(sum / 3 / 192, 1) * 3;
    for (let c = 0; c < 3; c++) map.data[i + c] = Math.round(255 * Math.min(Math.max(heat - c, 0), 1));
  }
  return map;
}

async function shrink(print: Print, side: number): Promise<Print> {
  return Math.max(print.width, print.height) <= side ? print : printOf(await decodeImage(print.jpeg), side);
}

async function printOf(image: Image, side = LARGEST_SIDE): Promise<Print> {
  const scale = Math.min(1, side / Math.max(image.width, image.height));
  const [width, height] = [image.width, image.height].map(pixels =>
    Math.max(1, Math.round(pixels * scale)),
  ) as [number, number];
  return { width, height, jpeg: await encodeJpeg(areaResize(image, width, height), 82) };
}
