import type { Image } from '../../core/image.ts';
import { createPlane, type Plane, planesOf, sampleAt } from '../../images/plane.ts';
import { gaussianBlur } from './blur.ts';

/** How much a picture changes at each pixel, in levels per pixel, and in which direction. */
export interface Gradient {
  readonly strength: Plane;
  /** Unit vector across the edge. */
  readonly x: Plane;
  readonly y: Plane;
}

/**
 * The gradient of all channels together (Di Zenzo 1986): the larger eigenvalue of the structure tensor and its vector.
 * `sigma` smooths the picture first; the tensor, smoothed by half of it, makes directions agree along an edge.
 */
export function colorGradient(image: Image, sigma: number): Gradient {
  const { width, height } = image;
  const [xx, xy, yy] = [createPlane(width, height), createPlane(width, height), createPlane(width, height)];
  for (const plane of planesOf(image)) addTensor(gaussianBlur(plane, sigma), xx, xy, yy);
  return eigen(...([xx, xy, yy].map(plane => gaussianBlur(plane, sigma / 2)) as [Plane, Plane, Plane]));
}

function addTensor(plane: Plane, xx: Plane, xy: Plane, yy: Plane): void {
  for (let y = 0, i = 0; y < plane.height; y++) {
    for (let x = 0; x < plane.width; x++, i++) {
      const dx = (sampleAt(plane, x + 1, y) - sampleAt(plane, x - 1, y)) / 2;
      const dy = (sampleAt(plane, x, y + 1) - sampleAt(plane, x, y - 1)) / 2;
      xx.data[i]! += dx * dx;
      xy.data[i]! += dx * dy;
      yy.data[i]! += dy * dy;
    }
  }
}

function eigen(xx: Plane, xy: Plane, yy: Plane): Gradient {
  const [strength, x, y] = [0, 1, 2].map(() => createPlane(xx.width, xx.height)) as [Plane, Plane, Plane];
  for (let i = 0; i < strength.data.length; i++) {
    const [a, b, c] = [xx.data[i]!, xy.data[i]!, yy.data[i]!];
    const larger = (a + c) / 2 + Math.hypot((a - c) / 2, b);
    const angle = Math.atan2(2 * b, a - c) / 2;
    strength.data[i] = Math.sqrt(larger);
    x.data[i] = Math.cos(angle);
    y.data[i] = Math.sin(angle);
  }
  return { strength, x, y };
}

/**
 * Non-maximum suppression (Canny 1986): the strength where it is larger than on both sides of the edge, 0 elsewhere.
 */
export function ridgesOf({ strength, x: dx, y: dy }: Gradient): Plane {
  const ridges = createPlane(strength.width, strength.height);
  for (let y = 1, i = 0; y < strength.height - 1; y++) {
    for (let x = 1; x < strength.width - 1; x++) {
      i = y * strength.width + x;
      const here = strength.data[i]!;
      const ahead = between(strength, x + dx.data[i]!, y + dy.data[i]!);
      const behind = between(strength, x - dx.data[i]!, y - dy.data[i]!);
      if (here > ahead && here >= behind) ridges.data[i] = here;
    }
  }
  return ridges;
}

/** Bilinear interpolation. */
function between(plane: Plane, x: number, y: number): number {
  const [left, top] = [Math.floor(x), Math.floor(y)];
  const [u, v] = [x - left, y - top];
  const upper = sampleAt(plane, left, top) * (1 - u) + sampleAt(plane, left + 1, top) * u;
  const lower = sampleAt(plane, left, top + 1) * (1 - u) + sampleAt(plane, left + 1, top + 1) * u;
  return upper * (1 - v) + lower * v;
}
