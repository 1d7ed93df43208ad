import type { Random } from '../../core/random.ts';

/** Half open: `right` and `bottom` are the first column and row outside. */
export interface Rect {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

export function widthOf(rect: Rect): number {
  return rect.right - rect.left;
}

export function heightOf(rect: Rect): number {
  return rect.bottom - rect.top;
}

/** `rect` with each side moved inwards; negative amounts move it outwards. */
export function insetRect(rect: Rect, horizontal: number, vertical = horizontal): Rect {
  return {
    left: rect.left + horizontal,
    top: rect.top + vertical,
    right: rect.right - horizontal,
    bottom: rect.bottom - vertical,
  };
}

/** The part of `rect` between two shares of its height: 0 is its top, 1 its bottom. */
export function bandOf(rect: Rect, from: number, to: number): Rect {
  const height = heightOf(rect);
  return { ...rect, top: rect.top + from * height, bottom: rect.top + to * height };
}

/** The part of `rect` between two shares of its width: 0 is its left side, 1 its right. */
export function columnOf(rect: Rect, from: number, to: number): Rect {
  const width = widthOf(rect);
  return { ...rect, left: rect.left + from * width, right: rect.left + to * width };
}

/** Uniform between two numbers. */
export function between(random: Random, low: number, high: number): number {
  return low + random.uniform() * (high - low);
}

/** True with the given probability. */
export function chance(random: Random, probability: number): boolean {
  return random.uniform() < probability;
}
