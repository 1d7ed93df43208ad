import { createImage, type Image } from '../core/image.ts';
import { lumaOfColor } from '../core/luma.ts';

/** What an `ImageData` holds. */
export interface RgbaPixels {
  readonly width: number;
  readonly height: number;
  /** [height, width, 4], from 0 to 255. */
  readonly data: Uint8ClampedArray;
}

/** RGBA → RGB, over white where it is transparent. */
export function imageOf({ width, height, data }: RgbaPixels): Image {
  const image = createImage(width, height);
  for (let from = 0, to = 0; from < data.length; from += 4, to += 3) {
    const alpha = data[from + 3]! / 255;
    for (let c = 0; c < 3; c++) image.data[to + c] = Math.round(255 + (data[from + c]! - 255) * alpha);
  }
  return image;
}

/** Gray or RGB → opaque RGBA. */
export function rgbaOf({ width, height, channels, data }: Image): Uint8ClampedArray<ArrayBuffer> {
  const rgba = new Uint8ClampedArray(width * height * 4);
  const [green, blue] = channels >= 3 ? [1, 2] : [0, 0];
  for (let from = 0, to = 0; to < rgba.length; from += channels, to += 4) {
    rgba[to] = data[from]!;
    rgba[to + 1] = data[from + green]!;
    rgba[to + 2] = data[from + blue]!;
    rgba[to + 3] = 255;
  }
  return rgba;
}

/** RGB → gray, weighed as in Rec. 601. */
export function brightnessOf({ width, height, data }: Image): Image {
  const gray = createImage(width, height, 1);
  for (let i = 0; i < gray.data.length; i++)
    gray.data[i] = Math.round(lumaOfColor(data[i * 3]!, data[i * 3 + 1]!, data[i * 3 + 2]!));
  return gray;
}
