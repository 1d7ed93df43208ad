import type { Image } from '../../src/core/image.ts';

/** Red, green and blue, 0 to 255. */
export type Color = readonly [number, number, number];

/** Pixels from the left and from the top; may be fractional. */
export type Point = readonly [x: number, y: number];

// Label maps need hard edges: a colour between two labels would be an unknown label.

/** An image of one colour. */
export function blank(width: number, height: number, color: Color): Image {
  const image = { width, height, channels: 3, data: new Uint8Array(width * height * 3) };
  fillRectangle(image, [0, 0], [width, height], color);
  return image;
}

export function copyOf(image: Image): Image {
  return { ...image, data: image.data.slice() };
}

/** Fills the pixels between two corners, in place. */
export function fillRectangle(image: Image, from: Point, to: Point, color: Color): void {
  const left = Math.max(0, Math.round(Math.min(from[0], to[0])));
  const right = Math.min(image.width, Math.round(Math.max(from[0], to[0])));
  const top = Math.max(0, Math.round(Math.min(from[1], to[1])));
  const bottom = Math.min(image.height, Math.round(Math.max(from[1], to[1])));
  for (let y = top; y < bottom; y++) for (let x = left; x < right; x++) setPixel(image, x, y, color);
}

/** Draws a line with round ends, in place. */
export function strokeLine(image: Image, from: Point, to: Point, diameter: number, color: Color): void {
  const radius = Math.max(diameter / 2, 0.5);
  const reach = Math.ceil(radius);
  const left = Math.max(0, Math.floor(Math.min(from[0], to[0])) - reach);
  const right = Math.min(image.width - 1, Math.ceil(Math.max(from[0], to[0])) + reach);
  const top = Math.max(0, Math.floor(Math.min(from[1], to[1])) - reach);
  const bottom = Math.min(image.height - 1, Math.ceil(Math.max(from[1], to[1])) + reach);
  for (let y = top; y <= bottom; y++)
    for (let x = left; x <= right; x++)
      if (distanceToSegment([x + 0.5, y + 0.5], from, to) <= radius) setPixel(image, x, y, color);
}

/**
 * Fills the connected area of nearly the same colour as a pixel, in place.
 * @param tolerance the largest difference in any channel.
 */
export function floodFill(image: Image, at: Point, color: Color, tolerance: number): void {
  const { width, height, data } = image;
  const [startX, startY] = [Math.floor(at[0]), Math.floor(at[1])];
  if (startX < 0 || startY < 0 || startX >= width || startY >= height) return;
  const start = (startY * width + startX) * 3;
  const old = [data[start]!, data[start + 1]!, data[start + 2]!] as const;
  const seen = new Uint8Array(width * height);
  const stack = [startY * width + startX];
  seen[stack[0]!] = 1;
  while (stack.length > 0) {
    const pixel = stack.pop()!;
    const x = pixel % width;
    setPixel(image, x, (pixel - x) / width, color);
    for (const next of neighbours(pixel, x, width, width * height)) {
      if (seen[next] || !isNear(data, next * 3, old, tolerance)) continue;
      seen[next] = 1;
      stack.push(next);
    }
  }
}

function setPixel(image: Image, x: number, y: number, color: Color): void {
  image.data.set(color, (y * image.width + x) * 3);
}

function distanceToSegment([x, y]: Point, [x0, y0]: Point, [x1, y1]: Point): number {
  const [dx, dy] = [x1 - x0, y1 - y0];
  const length = dx * dx + dy * dy;
  const along = length === 0 ? 0 : Math.min(Math.max(((x - x0) * dx + (y - y0) * dy) / length, 0), 1);
  return Math.hypot(x - x0 - along * dx, y - y0 - along * dy);
}

function neighbours(pixel: number, x: number, width: number, pixels: number): number[] {
  const found: number[] = [];
  if (x > 0) found.push(pixel - 1);
  if (x < width - 1) found.push(pixel + 1);
  if (pixel >= width) found.push(pixel - width);
  if (pixel + width < pixels) found.push(pixel + width);
  return found;
}

function isNear(data: Uint8Array, at: number, color: Color, tolerance: number): boolean {
  return [0, 1, 2].every(c => Math.abs(data[at + c]! - color[c]!) <= tolerance);
}
