import type { Image } from '../../core/image.ts';
import { createPlane, imageOf, lumaOf, type Plane, planesOf, sampleAt } from '../../images/plane.ts';
import { areaResize } from '../../images/resize.ts';

// ISO/IEC 10918-1, annex K: the tables that libjpeg scales according to the quality.
const lumaTable = [
  16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55, 14, 13, 16, 24, 40, 57, 69, 56, 14, 17, 22,
  29, 51, 87, 80, 62, 18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113, 92, 49, 64, 78, 87, 103,
  121, 120, 101, 72, 92, 95, 98, 112, 100, 103, 99,
];
const chromaTable = [
  17, 18, 24, 47, 99, 99, 99, 99, 18, 21, 26, 66, 99, 99, 99, 99, 24, 26, 56, 99, 99, 99, 99, 99, 47, 66, 99,
  99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99,
  99, 99, 99, 99, 99, 99, 99, 99, 99, 99,
];

/**
 * Simulates the loss of JPEG compression at `quality` (1 to 100) on an RGB picture: 8×8 cosine transforms quantised
 * with the standard tables, colour differences at half resolution (4:2:0). The entropy coding that would follow is
 * lossless.
 */
export function throughJpeg(image: Image, quality: number): Image {
  const [red, , blue] = planesOf(image) as [Plane, Plane, Plane];
  const y = lumaOf(image);
  const cb = quantizeHalved(difference(blue, y, 0.564), scaleTable(chromaTable, quality), image);
  const cr = quantizeHalved(difference(red, y, 0.713), scaleTable(chromaTable, quality), image);
  const luma = quantize(y, scaleTable(lumaTable, quality));
  return combine(luma, cb, cr);
}

function scaleTable(table: readonly number[], quality: number): number[] {
  const scale = quality < 50 ? 5000 / quality : 200 - 2 * quality;
  return table.map(step => Math.min(Math.max(Math.floor((step * scale + 50) / 100), 1), 255));
}

/** (colour − Y) · factor + 128: Cb and Cr of JFIF. */
function difference(color: Plane, luma: Plane, factor: number): Plane {
  const plane = createPlane(luma.width, luma.height);
  for (let i = 0; i < plane.data.length; i++) plane.data[i] = (color.data[i]! - luma.data[i]!) * factor + 128;
  return plane;
}

function combine(y: Plane, cb: Plane, cr: Plane): Image {
  const planes = [0, 1, 2].map(() => createPlane(y.width, y.height));
  for (let i = 0; i < y.data.length; i++) {
    const [luma, blue, red] = [y.data[i]!, cb.data[i]! - 128, cr.data[i]! - 128];
    planes[0]!.data[i] = luma + 1.402 * red;
    planes[1]!.data[i] = luma - 0.344136 * blue - 0.714136 * red;
    planes[2]!.data[i] = luma + 1.772 * blue;
  }
  return imageOf(planes);
}

function quantizeHalved(plane: Plane, table: readonly number[], { width, height }: Image): Plane {
  const half = areaResize(imageOf([plane]), Math.ceil(width / 2), Math.ceil(height / 2));
  const rounded = quantize(planesOf(half)[0]!, table);
  return planesOf(areaResize(imageOf([rounded]), width, height))[0]!;
}

// cosines[u · 8 + x] = c(u) cos((2x + 1) u π / 16), orthonormal.
const cosines = Float64Array.from(
  { length: 64 },
  (_, i) => Math.sqrt((i < 8 ? 1 : 2) / 8) * Math.cos(((2 * (i % 8) + 1) * Math.floor(i / 8) * Math.PI) / 16),
);

function quantize(plane: Plane, table: readonly number[]): Plane {
  const result = createPlane(plane.width, plane.height);
  const block = new Float64Array(64);
  const scratch = new Float64Array(64);
  for (let top = 0; top < plane.height; top += 8) {
    for (let left = 0; left < plane.width; left += 8) {
      for (let i = 0; i < 64; i++) block[i] = sampleAt(plane, left + (i % 8), top + (i >> 3)) - 128;
      transform(block, scratch, 'forward');
      for (let i = 0; i < 64; i++) block[i] = Math.round(block[i]! / table[i]!) * table[i]!;
      transform(block, scratch, 'back');
      for (let i = 0; i < 64; i++) {
        const [x, y] = [left + (i % 8), top + (i >> 3)];
        if (x < plane.width && y < plane.height) result.data[y * plane.width + x] = block[i]! + 128;
      }
    }
  }
  return result;
}

/** The two-dimensional cosine transform of a block in place: rows, then columns. */
function transform(block: Float64Array, scratch: Float64Array, way: 'forward' | 'back'): void {
  const weight = (to: number, from: number) => cosines[way === 'forward' ? to * 8 + from : from * 8 + to]!;
  for (let i = 0; i < 64; i++) {
    let sum = 0;
    for (let k = 0; k < 8; k++) sum += weight(i % 8, k) * block[(i & 56) + k]!;
    scratch[i] = sum;
  }
  for (let i = 0; i < 64; i++) {
    let sum = 0;
    for (let k = 0; k < 8; k++) sum += weight(i >> 3, k) * scratch[k * 8 + (i % 8)]!;
    block[i] = sum;
  }
}
