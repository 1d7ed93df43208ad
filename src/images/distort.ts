import { createImageLike, type Image, type Samples } from '../core/image.ts';
import type { Resampling } from '../core/sizes.ts';
import { samplers } from './augment.ts';

/** Points along each side of the grid whose moves define a distortion. */
const POINTS = 5;

/** How far the points of a square grid over an image move, in shares of its width and height: x and y of each, row by row. */
export type Distortion = readonly number[];

/** A distortion of which no point moves by more than `most`. */
export function drawDistortion(random: { uniform(): number }, most: number): Distortion {
  return Array.from({ length: 2 * POINTS ** 2 }, () => most * (2 * random.uniform() - 1));
}

/** Bends an image smoothly, as if redrawn by an unsteady hand. Outside its borders it is mirrored. */
export function distort<Data extends Samples>(
  image: Image<Data>,
  distortion: Distortion,
  resampling: Resampling,
): Image<Data> {
  const { width, height, channels } = image;
  const bent = createImageLike(image, width, height);
  const [columns, rows] = [positions(width), positions(height)];
  const sample = samplers[resampling];
  rows.forEach((row, y) => {
    columns.forEach((column, x) => {
      const moved = (axis: 0 | 1) => {
        const at = (r: number, c: number) => distortion[2 * (r * POINTS + c) + axis]!;
        const along = (r: number) => mix(at(r, column.point), at(r, column.point + 1), column.share);
        return mix(along(row.point), along(row.point + 1), row.share);
      };
      sample(image, x + width * moved(0), y + height * moved(1), bent.data, (y * width + x) * channels);
    });
  });
  return bent;
}

/** For each pixel of a side the grid point before it and the share of the next one, eased so that bends have no corners. */
function positions(length: number): { point: number; share: number }[] {
  return Array.from({ length }, (_, i) => {
    const place = ((i + 0.5) / length) * (POINTS - 1);
    const point = Math.min(Math.floor(place), POINTS - 2);
    const t = place - point;
    return { point, share: t * t * (3 - 2 * t) };
  });
}

const mix = (a: number, b: number, share: number): number => a + (b - a) * share;
