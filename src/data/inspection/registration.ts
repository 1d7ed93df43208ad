import type { Image } from '../../core/image.ts';
import { createPlane, lumaOf, type Plane, sampleAt } from '../../images/plane.ts';
import { areaResize } from '../../images/resize.ts';

/** How well the edges of two pictures are aligned. */
export interface Registration {
  readonly correlation: number;
  /** Distance between the compared places, in pixels. */
  readonly step: number;
  /** The shift of B, in its pixels, with the highest correlation. */
  readonly best: { readonly right: number; readonly down: number; readonly correlation: number };
}

// Edges are compared at this length of the longer side, and shifted by at most this many pixels of it.
const comparedSide = 128;
const largestShift = 6;

/** Compares two pictures of one size. */
export function registrationOf(a: Image, b: Image): Registration {
  const scale = Math.min(1, comparedSide / Math.max(a.width, a.height));
  const [edgesA, edgesB] = [edgesAt(a, scale), edgesAt(b, scale)];
  const correlation = correlate(edgesA, edgesB, 0, 0);
  let best = { right: 0, down: 0, correlation };
  for (let down = -largestShift; down <= largestShift; down++) {
    for (let right = -largestShift; right <= largestShift; right++) {
      const moved = correlate(edgesA, edgesB, right, down);
      if (moved > best.correlation) best = { right, down, correlation: moved };
    }
  }
  const pixels = (steps: number) => Math.round(steps / scale) + 0;
  return {
    correlation,
    step: Math.ceil(1 / scale),
    best: { ...best, right: pixels(best.right), down: pixels(best.down) },
  };
}

/** Square roots of gradient magnitudes, so that a few strong edges don't dominate. */
function edgesAt(image: Image, scale: number): Plane {
  const width = Math.max(1, Math.round(image.width * scale));
  const height = Math.max(1, Math.round(image.height * scale));
  const luma = lumaOf(areaResize(image, width, height));
  const edges = createPlane(width, height);
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      const dx = sampleAt(luma, x + 1, y) - sampleAt(luma, x - 1, y);
      const dy = sampleAt(luma, x, y + 1) - sampleAt(luma, x, y - 1);
      edges.data[i] = Math.sqrt(Math.hypot(dx, dy));
    }
  }
  return edges;
}

/** Pearson's correlation in the overlap of A and the shifted B. */
function correlate(a: Plane, b: Plane, right: number, down: number): number {
  const [left, top] = [Math.max(0, right), Math.max(0, down)];
  const [end, bottom] = [a.width + Math.min(0, right), a.height + Math.min(0, down)];
  let [n, sumA, sumB, sumAA, sumBB, sumAB] = [0, 0, 0, 0, 0, 0];
  for (let y = top; y < bottom; y++) {
    const rowA = y * a.width;
    const rowB = (y - down) * a.width - right;
    for (let x = left; x < end; x++) {
      const [va, vb] = [a.data[rowA + x]!, b.data[rowB + x]!];
      sumA += va;
      sumB += vb;
      sumAA += va * va;
      sumBB += vb * vb;
      sumAB += va * vb;
    }
  }
  n = Math.max(0, end - left) * Math.max(0, bottom - top);
  if (n === 0) return 0;
  const spread = (sumAA - (sumA * sumA) / n) * (sumBB - (sumB * sumB) / n);
  return spread <= 1e-9 ? 0 : (sumAB - (sumA * sumB) / n) / Math.sqrt(spread);
}
