import { createImage, type Image } from '../../core/image.ts';
import type { Plane } from '../../images/plane.ts';
import { connectedAreas } from '../pixels/components.ts';
import { colorGradient, ridgesOf } from '../pixels/ridges.ts';
import { defineTask } from './task.ts';

/**
 * Line drawing → photo. Lines are the ridges of the colour gradient (Canny 1986); a line is kept as a whole if part of
 * it is strong. Short lines are left out, and the rest drawn with a pen of constant width, as a person could draw them.
 */
export const edges = defineTask({
  description: 'Line drawings from photos; BtoA learns to turn drawings into photos',
  a: 'the photo',
  b: 'black lines on white along its edges',
  direction: 'BtoA',
  options: {
    detail: {
      kind: 'number',
      default: 0.5,
      least: 0,
      most: 1,
      about: 'How many edges to draw: 0, outlines only; 1, all',
    },
    width: { kind: 'number', default: 1.6, least: 1, most: 10, about: 'Width of the pen, in pixels' },
    shortest: {
      kind: 'number',
      default: 0.06,
      least: 0,
      most: 1,
      about: 'Shortest line to draw, as a share of the image’s shorter side',
    },
  },
  derive(photo, { detail, width, shortest }) {
    const side = Math.min(photo.width, photo.height);
    // 1.9 to 0.9 pixels at 256: less smoothing keeps finer edges.
    const gradient = colorGradient(photo, ((1.9 - detail) * side) / 256);
    const ridges = ridgesOf(gradient);
    const lines = longLines(ridges, strongThreshold(ridges, detail), shortest * side);
    return drawLines(lines, photo, width);
  },
});

// Edges weaker than this, in levels per pixel, are noise in any photo.
const noiseFloor = 1.5;

/** The threshold above which a ridge is strong: it keeps 12 % of them for outlines, 52 % for every edge. */
function strongThreshold({ data }: Plane, detail: number): number {
  const strengths = data.filter(strength => strength > noiseFloor).sort();
  return strengths[Math.floor(strengths.length * (0.88 - 0.4 * detail))] ?? Number.POSITIVE_INFINITY;
}

/** Pixels of lines with a strong part, nowhere weaker than 30 % of the threshold, and at least `least` pixels long. */
function longLines(ridges: Plane, strong: number, least: number): number[] {
  const weak = Math.max(noiseFloor, 0.3 * strong);
  const mask = Uint8Array.from(ridges.data, strength => (strength >= weak ? 1 : 0));
  const lines = connectedAreas(mask, ridges.width);
  const isStrong = (pixel: number) => ridges.data[pixel]! >= strong;
  return lines.filter(line => line.length >= least && line.some(isStrong)).flat();
}

/** Draws black on white: each pixel is as dark as a round pen covers it when moved along the lines. */
function drawLines(pixels: readonly number[], { width, height }: Image, pen: number): Image {
  const drawing = createImage(width, height);
  drawing.data.fill(255);
  const reach = Math.ceil(pen / 2 + 0.5);
  for (const pixel of pixels) {
    const [x, y] = [pixel % width, Math.floor(pixel / width)];
    for (let row = Math.max(0, y - reach); row <= Math.min(height - 1, y + reach); row++) {
      for (let column = Math.max(0, x - reach); column <= Math.min(width - 1, x + reach); column++) {
        const cover = pen / 2 + 0.5 - Math.hypot(column - x, row - y);
        if (cover > 0) darken(drawing, row * width + column, 255 * (1 - Math.min(1, cover)));
      }
    }
  }
  return drawing;
}

function darken({ data }: Image, pixel: number, level: number): void {
  if (level < data[pixel * 3]!) data.fill(level, pixel * 3, pixel * 3 + 3);
}
