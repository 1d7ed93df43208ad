import { UserError } from './errors.ts';

/** The array type of a picture's samples gives their depth: 8 bits, 16 bits, or floats. */
export type Samples = Uint8Array | Uint16Array | Float32Array;

/** A decoded picture: rows from top to bottom, channels interleaved, `data.length === height * width * channels`. */
export interface Image<Data extends Samples = Uint8Array> {
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  /** Samples from 0 to the full scale of their depth: 255, 65,535 or 1. */
  readonly data: Data;
}

/** Bits per sample; 32 means float. */
export const depths = [8, 16, 32] as const;
export type Depth = (typeof depths)[number];

/** Allocates a black image. */
export function createImage(width: number, height: number, channels = 3): Image {
  return { width, height, channels, data: new Uint8Array(width * height * channels) };
}

/** Allocates a black image with the channels and the depth of another one. */
export function createImageLike<Data extends Samples>(
  { channels, data }: Image<Data>,
  width: number,
  height: number,
): Image<Data> {
  // TypeScript can't express that a typed array's constructor returns the same type.
  const Kind = data.constructor as new (length: number) => Data;
  return { width, height, channels, data: new Kind(width * height * channels) };
}

export function depthOf({ data }: Image<Samples>): Depth {
  return data instanceof Uint8Array ? 8 : data instanceof Uint16Array ? 16 : 32;
}

/** The sample of white. */
export function fullScale(depth: Depth): number {
  return depth === 32 ? 1 : 2 ** depth - 1;
}

/** The part of `image` inside a rectangle, in pixels. Throws {@link UserError} if the rectangle exceeds the image. */
export function cropImage<Data extends Samples>(
  image: Image<Data>,
  left: number,
  top: number,
  width: number,
  height: number,
): Image<Data> {
  if (left < 0 || top < 0 || left + width > image.width || top + height > image.height) {
    throw new UserError(
      `Cannot crop ${width}×${height} at (${left}, ${top}) from an image of ${image.width}×${image.height}`,
    );
  }
  const cropped = createImageLike(image, width, height);
  const rowLength = width * image.channels;
  for (let y = 0; y < height; y++) {
    const start = ((top + y) * image.width + left) * image.channels;
    cropped.data.set(image.data.subarray(start, start + rowLength), y * rowLength);
  }
  return cropped;
}

/** [H, W, C] samples → float32 in [−1, 1], written into `out` (NHWC, one image). For 8 bits: `x / 127.5 − 1`. */
export function imageToTensor(
  image: Image<Samples>,
  out = new Float32Array(image.data.length),
): Float32Array {
  const half = fullScale(depthOf(image)) / 2;
  const { data } = image;
  for (let i = 0; i < data.length; i++) out[i] = data[i]! / half - 1;
  return out;
}

/** The inverse of {@link imageToTensor}: [−1, 1] → samples, clamped and, unless they are floats, rounded. */
export function tensorToImage(
  values: Float32Array,
  width: number,
  height: number,
  channels?: number,
  depth?: 8,
): Image;
export function tensorToImage(
  values: Float32Array,
  width: number,
  height: number,
  channels: number,
  depth: Depth,
): Image<Samples>;
export function tensorToImage(
  values: Float32Array,
  width: number,
  height: number,
  channels = 3,
  depth: Depth = 8,
): Image<Samples> {
  const data = createSamples(depth, width * height * channels);
  const sample = samplesFor(depth);
  for (let i = 0; i < data.length; i++) data[i] = sample(values[i]!);
  return { width, height, channels, data };
}

/** Like {@link imageToTensor}, but planar: [C, H, W]. */
export function imageToPlanes(image: Image<Samples>): Float32Array {
  const { width, height, channels, data } = image;
  const half = fullScale(depthOf(image)) / 2;
  const area = width * height;
  const planes = new Float32Array(data.length);
  for (let i = 0; i < area; i++)
    for (let c = 0; c < channels; c++) planes[c * area + i] = data[i * channels + c]! / half - 1;
  return planes;
}

/** The inverse of {@link imageToPlanes}: clamped and, unless samples are floats, rounded. */
export function planesToImage(
  planes: Float32Array,
  width: number,
  height: number,
  channels = 3,
  depth: Depth = 8,
): Image<Samples> {
  const area = width * height;
  const data = createSamples(depth, area * channels);
  const sample = samplesFor(depth);
  for (let i = 0; i < area; i++)
    for (let c = 0; c < channels; c++) data[i * channels + c] = sample(planes[c * area + i]!);
  return { width, height, channels, data };
}

/** [−1, 1] → a sample, clamped. */
function samplesFor(depth: Depth): (value: number) => number {
  const half = fullScale(depth) / 2;
  const scaled = (value: number) => (Math.min(Math.max(value, -1), 1) + 1) * half;
  return depth === 32 ? scaled : value => Math.round(scaled(value));
}

export function createSamples(depth: Depth, length: number): Samples {
  if (depth === 8) return new Uint8Array(length);
  return depth === 16 ? new Uint16Array(length) : new Float32Array(length);
}

/** Pads an image at the right and bottom by repeating its last column and row. */
export function padImage<Data extends Samples>(
  image: Image<Data>,
  height: number,
  width: number,
): Image<Data> {
  if (width === image.width && height === image.height) return image;
  const { channels } = image;
  const padded = createImageLike(image, width, height);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const from = (Math.min(y, image.height - 1) * image.width + Math.min(x, image.width - 1)) * channels;
      const to = (y * width + x) * channels;
      for (let c = 0; c < channels; c++) padded.data[to + c] = image.data[from + c]!;
    }
  return padded;
}

/** An image whose rows are read on demand. */
export interface RowSource {
  readonly width: number;
  readonly height: number;
  /** Throws UserError if they can't be read. */
  read(top: number, rows: number): Promise<Image<Samples>>;
}

/** The rows of an image in memory. */
export function rowsOf(image: Image<Samples>): RowSource {
  const { width, height } = image;
  return { width, height, read: async (top, rows) => cropImage(image, 0, top, width, rows) };
}

/** Joins strips, from top to bottom, to an image of `height` rows. */
export async function joinRows(
  height: number,
  strips: AsyncIterable<Image<Samples>>,
): Promise<Image<Samples>> {
  let image: Image<Samples> | undefined;
  let filled = 0;
  for await (const strip of strips) {
    if (strip.height === height) return strip;
    image ??= createImageLike(strip, strip.width, height);
    image.data.set(strip.data, filled);
    filled += strip.data.length;
  }
  return image!;
}
