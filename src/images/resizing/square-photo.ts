import { UserError } from '../../core/errors.ts';
import { cropImage, type Image, type Samples } from '../../core/image.ts';
import type { Resampling } from '../../core/sizes.ts';
import { resample } from './scale-picture.ts';

/** How a picture becomes a square: cropped from its centre, or squeezed. */
export const fits = ['crop', 'squeeze'] as const;
export type Fit = (typeof fits)[number];

/** A half of a side-by-side picture: A is left, B is right. */
export const halves = ['A', 'B'] as const;
export type Half = (typeof halves)[number];

/** Makes a square of `size`×`size` pixels; smaller pictures are enlarged. */
export function squarePicture<Data extends Samples>(
  image: Image<Data>,
  size: number,
  fit: Fit,
  resampling: Resampling = 'area',
): Image<Data> {
  if (fit === 'squeeze') return resample(image, [size, size], resampling);
  const side = Math.min(image.width, image.height);
  const left = Math.floor((image.width - side) / 2);
  const top = Math.floor((image.height - side) / 2);
  return resample(cropImage(image, left, top, side, side), [size, size], resampling);
}

/** The columns of the left or right half of a picture. Throws {@link UserError} if it is too narrow to have halves. */
export function columnsOfHalf(
  width: number,
  half: Half,
  name: string,
): { readonly left: number; readonly width: number } {
  const halved = Math.floor(width / 2);
  if (halved < 1) {
    throw new UserError(`Cannot take half ${half} of "${name}": it is ${width} pixel wide, wanted 2 or more`);
  }
  return { left: half === 'A' ? 0 : width - halved, width: halved };
}

/** The left or right half of a picture. Throws {@link UserError} if it is too narrow to have halves. */
export function halfOf<Data extends Samples>(image: Image<Data>, half: Half, name: string): Image<Data> {
  const { left, width } = columnsOfHalf(image.width, half, name);
  return cropImage(image, left, 0, width, image.height);
}
