import type { Random } from '../../../core/random.ts';
import { between, chance, type Rect } from '../geometry.ts';
import type { FacadeGrid } from './grid.ts';
import type { Sketch } from './sketch.ts';
import type { FacadeStyle } from './styles.ts';

/** What belongs to the wall as a whole: bands, pillars, the balustrade on the roof, reliefs. */
export function sketchOrnaments(random: Random, sketch: Sketch, style: FacadeStyle, grid: FacadeGrid): void {
  sketchRoofline(random, sketch, style, grid);
  if (chance(random, style.habits.molding)) sketchBands(random, sketch, grid);
  if (chance(random, style.habits.pillar)) sketchPillars(random, sketch, grid);
  if (chance(random, style.habits.deco)) sketchReliefs(random, sketch, grid);
}

function sketchRoofline(random: Random, sketch: Sketch, style: FacadeStyle, grid: FacadeGrid): void {
  const { from, to } = grid.entablature;
  const { left, right } = grid.body;
  const split = chance(random, style.habits.balustrade) ? from + (to - from) * 0.5 : from;
  if (split > from) sketch.add('balcony', { left, right, top: from, bottom: split });
  sketch.add('molding', { left, right, top: split, bottom: from + (to - from) * between(random, 0.8, 1) });
}

/** A molding above the ground floor, and above every other floor as well or above one more. */
function sketchBands(random: Random, sketch: Sketch, grid: FacadeGrid): void {
  const height = between(random, 2.5, 4.5) * sketch.unit;
  const { left, right } = grid.body;
  const everywhere = chance(random, 0.55);
  const one = random.integer(Math.max(1, grid.floors.length));
  const add = (middle: number) =>
    sketch.add('molding', { left, right, top: middle - height / 2, bottom: middle + height / 2 });
  add(grid.ground.from);
  grid.floors.forEach((floor, index) => {
    if (index > 0 && (everywhere || index === one)) add(floor.from);
  });
}

/** Pilasters from the roof to the ground floor, between all bays or at the two ends. */
function sketchPillars(random: Random, sketch: Sketch, grid: FacadeGrid): void {
  const half = between(random, 1.4, 2.2) * sketch.unit;
  const top = grid.entablature.to;
  const bottom = grid.ground.from;
  const inner = chance(random, 0.75) ? grid.bays.slice(1).map(bay => bay.from) : [];
  const ends = [grid.bays[0]!.from + half, grid.bays.at(-1)!.to - half];
  for (const x of [...ends, ...inner]) sketch.add('pillar', { left: x - half, right: x + half, top, bottom });
}

/** Reliefs between the windows of one floor, halfway up, if there is room. */
function sketchReliefs(random: Random, sketch: Sketch, grid: FacadeGrid): void {
  const floor = grid.floors[random.integer(Math.max(1, grid.floors.length))];
  if (floor === undefined) return;
  const middle = floor.from + (floor.to - floor.from) * 0.6;
  const places = grid.bays.slice(1).map(bay => relief(bay.from, middle, sketch.unit));
  for (const place of places.filter(rect => sketch.isFree(rect))) sketch.add('deco', place);
}

function relief(x: number, y: number, unit: number): Rect {
  return { left: x - 2.5 * unit, right: x + 2.5 * unit, top: y - 3.5 * unit, bottom: y + 3.5 * unit };
}
