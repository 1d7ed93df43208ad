import { createImage, type Image } from '../core/image.ts';
import { lumaOfColor } from '../core/luma.ts';

/** One channel of a picture in floating point, rows from top to bottom; 0 to 255 unless a function says otherwise. */
export interface Plane {
  readonly width: number;
  readonly height: number;
  readonly data: Float32Array;
}

export function createPlane(width: number, height: number): Plane {
  return { width, height, data: new Float32Array(width * height) };
}

/** A new plane of the same size with the values `value(i)`. */
export function fillPlane({ width, height }: Plane, value: (i: number) => number): Plane {
  const plane = createPlane(width, height);
  for (let i = 0; i < plane.data.length; i++) plane.data[i] = value(i);
  return plane;
}

/** [H, W, C] → C planes. */
export function planesOf({ width, height, channels, data }: Image): Plane[] {
  return Array.from({ length: channels }, (_, c) => {
    const plane = createPlane(width, height);
    for (let i = 0; i < plane.data.length; i++) plane.data[i] = data[i * channels + c]!;
    return plane;
  });
}

/** C planes of one size → [H, W, C], rounded and clamped to 0…255. */
export function imageOf(planes: readonly Plane[]): Image {
  const channels = planes.length;
  const image = createImage(planes[0]!.width, planes[0]!.height, channels);
  const clamped = new Uint8ClampedArray(image.data.buffer);
  planes.forEach(({ data }, c) => {
    for (let i = 0; i < data.length; i++) clamped[i * channels + c] = data[i]!;
  });
  return image;
}

/** A plane as a gray picture of three channels. */
export function grayImageOf(plane: Plane): Image {
  return imageOf([plane, plane, plane]);
}

/** A plane as a gray picture of one channel and 16 bits; 255 becomes white. */
export function deepGrayOf({ width, height, data }: Plane): Image<Uint16Array> {
  const clamped = (level: number) => Math.round(257 * Math.min(Math.max(level, 0), 255));
  return { width, height, channels: 1, data: Uint16Array.from(data, clamped) };
}

/** Brightness (Rec. 601) of a picture with 1, 3 or 4 channels. */
export function lumaOf({ width, height, channels, data }: Image): Plane {
  const luma = createPlane(width, height);
  for (let i = 0, at = 0; i < luma.data.length; i++, at += channels) {
    luma.data[i] = channels < 3 ? data[at]! : lumaOfColor(data[at]!, data[at + 1]!, data[at + 2]!);
  }
  return luma;
}

/** The sample at (x, y); outside the plane, the nearest sample inside. */
export function sampleAt({ width, height, data }: Plane, x: number, y: number): number {
  const column = Math.min(Math.max(x, 0), width - 1);
  const row = Math.min(Math.max(y, 0), height - 1);
  return data[row * width + column]!;
}
