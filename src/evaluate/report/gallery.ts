import { createImage, type Image } from '../../core/image.ts';
import { areaResize } from '../../data/area-resize.ts';
import { encodeJpeg } from '../../data/encode-jpeg.ts';
import type { ImagePair } from '../../data/pair.ts';
import { shownImage } from '../../data/picture.ts';

/** A pair with what the contestants made of it, in their order; all of one size. */
export interface Exhibit {
  readonly name: string;
  readonly condition: Image;
  readonly target: Image;
  readonly pictures: readonly Image[];
}

/** Collects pictures while they are scored. */
export class Gallery {
  private readonly byName = new Map<string, { condition: Image; target: Image; pictures: Image[] }>();

  readonly add = (entry: number, { name, condition, target }: ImagePair, picture: Image): void => {
    const { width, height } = picture;
    const known = this.byName.get(name);
    const exhibit = known ?? {
      condition: areaResize(shownImage(condition), width, height),
      target: areaResize(shownImage(target), width, height),
      pictures: [],
    };
    exhibit.pictures[entry] = picture;
    this.byName.set(name, exhibit);
  };

  exhibit(name: string): Exhibit {
    return { name, ...this.byName.get(name)! };
  }
}

/** An `<img>` that carries its picture, at most `side` pixels along its longer side. */
export async function imageTag(image: Image, alt: string, side: number): Promise<string> {
  const scale = Math.min(1, side / Math.max(image.width, image.height));
  const [width, height] = [image.width, image.height].map(pixels =>
    Math.max(1, Math.round(pixels * scale)),
  ) as [number, number];
  const bytes = await encodeJpeg(areaResize(image, width, height), 82);
  const data = Buffer.from(bytes).toString('base64');
  return `<img src="data:image/jpeg;base64,${data}" width="${width}" height="${height}" alt="${alt}">`;
}

/** Where a picture differs from the truth: black where it does not, over red and yellow to white at three quarters of the range. */
export function errorMap(picture: Image, truth: Image): Image {
  const map = createImage(picture.width, picture.height);
  for (let i = 0; i < map.data.length; i += 3) {
    let sum = 0;
    for (let c = 0; c < 3; c++) sum += Math.abs(picture.data[i + c]! - truth.data[i + c]!);
    const heat = Math.min(sum / 3 / 192, 1) * 3;
    for (let c = 0; c < 3; c++) map.data[i + c] = Math.round(255 * Math.min(Math.max(heat - c, 0), 1));
  }
  return map;
}
