import type { Random } from '../../../core/random.ts';
import { between, chance, heightOf, type Rect } from '../geometry.ts';
import type { Sketch } from './sketch.ts';

/** How far below the wall's top the roofs of the neighbours lie, as a share of the wall's height. */
export const neighborRoof = 0.16;

/** Windows of the houses next door, half of them cut by the image's border, if there is room. */
export function sketchNeighbors(random: Random, sketch: Sketch, body: Rect): void {
  const least = 9 * sketch.unit;
  const spacing = between(random, 0.2, 0.26) * heightOf(body);
  if (body.left > least && chance(random, 0.5)) sketchColumn(sketch, body, body.left * 0.35, spacing);
  const room = sketch.width - body.right;
  if (room > least && chance(random, 0.5)) sketchColumn(sketch, body, body.right + room * 0.65, spacing);
}

function sketchColumn(sketch: Sketch, body: Rect, x: number, spacing: number): void {
  const half = 3.5 * sketch.unit;
  const height = spacing * 0.5;
  const first = body.top + (neighborRoof + 0.06) * heightOf(body);
  for (let top = first; top + height < body.bottom - spacing * 0.4; top += spacing) {
    sketch.add('window', { left: x - half, right: x + half, top, bottom: top + height });
  }
}
