import { UserError } from './errors.ts';

/** A decoded picture: rows from top to bottom, channels interleaved, `data.length === height * width * channels`. */
export interface Image {
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  /** 8-bit samples, 0 to 255. */
  readonly data: Uint8Array;
}

/** Allocates a black image. */
export function createImage(width: number, height: number, channels = 3): Image {
  return { width, height, channels, data: new Uint8Array(width * height * channels) };
}

/** The part of `image` inside a rectangle, in pixels. Throws {@link UserError} where the rectangle leaves the image. */
export function cropImage(image: Image, left: number, top: number, width: number, height: number): Image {
  if (left < 0 || top < 0 || left + width > image.width || top + height > image.height) {
    throw new UserError(
      `Cannot crop ${width}×${height} at (${left}, ${top}) from an image of ${image.width}×${image.height}`,
    );
  }
  const cropped = createImage(width, height, image.channels);
  const rowLength = width * image.channels;
  for (let y = 0; y < height; y++) {
    const start = ((top + y) * image.width + left) * image.channels;
    cropped.data.set(image.data.subarray(start, start + rowLength), y * rowLength);
  }
  return cropped;
}

/** [H, W, C] samples 0…255 → float32 in [−1, 1] as `x / 127.5 − 1`, written into `out` (NHWC, one image). */
export function imageToTensor(image: Image, out = new Float32Array(image.data.length)): Float32Array {
  for (let i = 0; i < image.data.length; i++) out[i] = image.data[i]! / 127.5 - 1;
  return out;
}

/** The inverse of {@link imageToTensor}: [−1, 1] → 0…255, rounded and clamped. */
export function tensorToImage(values: Float32Array, width: number, height: number, channels = 3): Image {
  const image = createImage(width, height, channels);
  for (let i = 0; i < image.data.length; i++) image.data[i] = Math.round(clamp((values[i]! + 1) * 127.5));
  return image;
}

/** Like {@link imageToTensor}, a plane for each channel: [C, H, W]. */
export function imageToPlanes({ width, height, channels, data }: Image): Float32Array {
  const area = width * height;
  const planes = new Float32Array(data.length);
  for (let i = 0; i < area; i++)
    for (let c = 0; c < channels; c++) planes[c * area + i] = data[i * channels + c]! / 127.5 - 1;
  return planes;
}

/** The inverse of {@link imageToPlanes}, rounded and clamped. */
export function planesToImage(planes: Float32Array, width: number, height: number, channels = 3): Image {
  const area = width * height;
  const image = createImage(width, height, channels);
  for (let i = 0; i < area; i++)
    for (let c = 0; c < channels; c++)
      image.data[i * channels + c] = Math.round(clamp((planes[c * area + i]! + 1) * 127.5));
  return image;
}

function clamp(value: number): number {
  return Math.min(Math.max(value, 0), 255);
}
