import type { Image } from '../../src/core/image.ts';
import { imageOf, rgbaOf } from '../../src/web/pixels.ts';

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

/** Gray or RGB → opaque RGBA. */
export function pixelsOf(image: Image): ImageData {
  return new ImageData(rgbaOf(image), image.width, image.height);
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

/** A picture as a `data:` URL. */
export function dataUrlOf(image: Image): string {
  const canvas = document.createElement('canvas');
  canvas.width = image.width;
  canvas.height = image.height;
  canvas.getContext('2d')!.putImageData(pixelsOf(image), 0, 0);
  return canvas.toDataURL();
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
