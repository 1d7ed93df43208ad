import type { Image } from '../../core/image.ts';
import { fillPlane, lumaOf, type Plane, planesOf } from '../../images/plane.ts';
import { gaussianBlur } from '../pixels/blur.ts';
import { colorGradient } from '../pixels/ridges.ts';

// At 256 pixels: the largest change of a sky in levels per pixel, and its least brightness.
const calm = 5;
const bright = 120;

/**
 * How much of each pixel is sky, 0 to 1: areas that are bright, smooth and not warm in colour, and connected to the
 * upper edge. A heuristic that is right for most outdoor photos by day.
 */
export function skyOf(photo: Image): Plane {
  const { width, height } = photo;
  const side = Math.min(width, height);
  const { strength } = colorGradient(photo, (1.5 * side) / 256);
  const luma = lumaOf(photo);
  const [red, , blue] = planesOf(photo) as [Plane, Plane, Plane];
  const mayBeSky = (i: number) =>
    luma.data[i]! > bright && blue.data[i]! > red.data[i]! - 12 && strength.data[i]! * (side / 256) < calm;
  const mask = fillFromTop(width, height, mayBeSky);
  // The smooth part ends before the skyline, so it is grown by a few bright pixels.
  for (let step = 0; step < (4 * side) / 256; step++) grow(mask, width, i => luma.data[i]! > bright);
  return gaussianBlur(
    fillPlane(luma, i => mask[i]!),
    side / 400,
  );
}

/**
 * Flood fill from the upper edge: 1 for pixels that are connected to it, by four neighbours, through pixels that
 * belong.
 */
function fillFromTop(width: number, height: number, belongs: (pixel: number) => boolean): Uint8Array {
  const mask = new Uint8Array(width * height);
  const waiting: number[] = [];
  const reach = (pixel: number) => {
    if (mask[pixel] === 1 || !belongs(pixel)) return;
    mask[pixel] = 1;
    waiting.push(pixel);
  };
  for (let x = 0; x < width; x++) reach(x);
  for (let pixel = waiting.pop(); pixel !== undefined; pixel = waiting.pop()) {
    const x = pixel % width;
    if (x > 0) reach(pixel - 1);
    if (x < width - 1) reach(pixel + 1);
    if (pixel >= width) reach(pixel - width);
    if (pixel < width * (height - 1)) reach(pixel + width);
  }
  return mask;
}

/** Adds the four-neighbours of the mask that belong. */
function grow(mask: Uint8Array, width: number, belongs: (pixel: number) => boolean): void {
  const before = Uint8Array.from(mask);
  for (let i = 0; i < mask.length; i++) {
    const x = i % width;
    const isBeside =
      (x > 0 && before[i - 1] === 1) ||
      (x < width - 1 && before[i + 1] === 1) ||
      before[i - width] === 1 ||
      before[i + width] === 1;
    if (isBeside && belongs(i)) mask[i] = 1;
  }
}
