import { createImage, type Image } from '../../src/core/image.ts';

type Source = ImageBitmap | HTMLCanvasElement | HTMLVideoElement | HTMLImageElement;

interface Drawing {
  /** The part to draw; default: everything. */
  readonly part?: readonly [x: number, y: number, width: number, height: number];
  readonly smooth?: boolean;
}

/** Draws a part of a source at a given size. Transparent parts become white. */
export function imageFrom(
  source: Source,
  width: number,
  height: number,
  { part, smooth = true }: Drawing = {},
): Image {
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext('2d', { willReadFrequently: true })!;
  context.fillStyle = '#fff';
  context.fillRect(0, 0, width, height);
  context.imageSmoothingEnabled = smooth;
  context.imageSmoothingQuality = 'high';
  if (part) context.drawImage(source, ...part, 0, 0, width, height);
  else context.drawImage(source, 0, 0, width, height);
  return imageOf(context.getImageData(0, 0, width, height));
}

/** RGBA → RGB. */
export function imageOf({ width, height, data }: ImageData): Image {
  const image = createImage(width, height);
  for (let from = 0, to = 0; from < data.length; from += 4, to += 3) {
    image.data[to] = data[from]!;
    image.data[to + 1] = data[from + 1]!;
    image.data[to + 2] = data[from + 2]!;
  }
  return image;
}

/** Gray or RGB → opaque RGBA. */
export function pixelsOf({ width, height, channels, data }: Image): ImageData {
  const pixels = new ImageData(width, height);
  for (let i = 0; i < width * height; i++) {
    const at = i * channels;
    pixels.data[i * 4] = data[at]!;
    pixels.data[i * 4 + 1] = data[at + (channels >= 3 ? 1 : 0)]!;
    pixels.data[i * 4 + 2] = data[at + (channels >= 3 ? 2 : 0)]!;
    pixels.data[i * 4 + 3] = 255;
  }
  return pixels;
}

/** Decodes a picture from the studio, without colour conversion. */
export async function readImage(blob: Blob): Promise<Image> {
  const bitmap = await createImageBitmap(blob, { colorSpaceConversion: 'none' });
  const image = imageFrom(bitmap, bitmap.width, bitmap.height);
  bitmap.close();
  return image;
}

export async function encodePng(image: Image): Promise<Blob> {
  const canvas = new OffscreenCanvas(image.width, image.height);
  canvas.getContext('2d')!.putImageData(pixelsOf(image), 0, 0);
  return canvas.convertToBlob({ type: 'image/png' });
}

/** A picture as a `data:` URL → its pixels. */
export async function imageFromUrl(url: string): Promise<Image> {
  return readImage(await (await fetch(url)).blob());
}

/** Lets the browser save a file. */
export function saveFile(blob: Blob, name: string): void {
  const url = URL.createObjectURL(blob);
  const anchor = document.createElement('a');
  anchor.href = url;
  anchor.download = name;
  anchor.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
