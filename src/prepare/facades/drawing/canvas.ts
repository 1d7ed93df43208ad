import { type Color, mixColors } from '../../../data/facade-palette.ts';
import type { Rect } from '../geometry.ts';

/** A float picture, [height, width, 3], 0 to 255. */
export interface Canvas {
  readonly width: number;
  readonly height: number;
  readonly data: Float32Array;
}

export function createCanvas(width: number, height: number): Canvas {
  return { width, height, data: new Float32Array(width * height * 3) };
}

/** Blends `color` over a rectangle; pixels that are partly inside get their share of it. */
export function fill(canvas: Canvas, rect: Rect, color: Color, opacity = 1): void {
  fillGradient(canvas, rect, color, color, opacity, opacity);
}

/** Like {@link fill}, from one colour and opacity at the top to others at the bottom. */
export function fillGradient(
  canvas: Canvas,
  rect: Rect,
  top: Color,
  bottom: Color,
  topOpacity = 1,
  bottomOpacity = 1,
): void {
  forRows(canvas, rect, (y, coverage, share) => {
    const opacity = topOpacity + (bottomOpacity - topOpacity) * share;
    blendRow(canvas, y, rect.left, rect.right, mixColors(top, bottom, share), opacity * coverage);
  });
}

/** Fills between two curves: `sides(share)` gives the left and right end at a share of the height. */
export function fillShape(
  canvas: Canvas,
  rect: Rect,
  color: Color,
  opacity: number,
  sides: (share: number) => readonly [number, number],
): void {
  forRows(canvas, rect, (y, coverage, share) => {
    const [left, right] = sides(share);
    blendRow(canvas, y, Math.max(left, rect.left), Math.min(right, rect.right), color, opacity * coverage);
  });
}

type RowVisitor = (y: number, coverage: number, share: number) => void;

function forRows(canvas: Canvas, rect: Rect, visit: RowVisitor): void {
  const height = rect.bottom - rect.top;
  const end = Math.min(canvas.height, Math.ceil(rect.bottom));
  for (let y = Math.max(0, Math.floor(rect.top)); y < end; y++) {
    const from = Math.max(y, rect.top);
    const to = Math.min(y + 1, rect.bottom);
    if (to > from) visit(y, to - from, ((from + to) / 2 - rect.top) / height);
  }
}

function blendRow(
  canvas: Canvas,
  y: number,
  left: number,
  right: number,
  color: Color,
  opacity: number,
): void {
  const start = Math.max(0, left);
  const end = Math.min(canvas.width, right);
  if (end <= start) return;
  const first = Math.floor(start);
  const last = Math.ceil(end) - 1;
  const row = y * canvas.width;
  for (let x = first; x <= last; x++) {
    const coverage = Math.min(x + 1, end) - Math.max(x, start);
    blend(canvas.data, row + x, color, opacity * coverage);
  }
}

function blend(data: Float32Array, pixel: number, color: Color, opacity: number): void {
  const i = pixel * 3;
  const keep = 1 - opacity;
  data[i] = data[i]! * keep + color[0] * opacity;
  data[i + 1] = data[i + 1]! * keep + color[1] * opacity;
  data[i + 2] = data[i + 2]! * keep + color[2] * opacity;
}
