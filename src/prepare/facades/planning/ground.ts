import type { Random } from '../../../core/random.ts';
import { bandOf, between, chance, columnOf, heightOf, type Rect } from '../geometry.ts';
import type { FacadeGrid } from './grid.ts';
import type { Sketch } from './sketch.ts';
import type { FacadeStyle } from './styles.ts';

/** The ground floor: a door, and shops or windows beside it. */
export function sketchGround(random: Random, sketch: Sketch, style: FacadeStyle, grid: FacadeGrid): void {
  const cells = grid.bays.map(bay => ({
    left: bay.from,
    right: bay.to,
    top: grid.ground.from,
    bottom: grid.body.bottom,
  }));
  sketchDoor(random, sketch, style, cells[grid.doorBay]!);
  const sides = [cells.slice(0, grid.doorBay), cells.slice(grid.doorBay + 1)];
  const shops = chance(random, style.habits.shop);
  const mixed = chance(random, 0.25);
  sides.forEach((side, index) => {
    if (shops !== (mixed && index === 1)) sketchShops(random, sketch, side);
    else sketchGroundWindows(random, sketch, style, side);
  });
}

function sketchDoor(random: Random, sketch: Sketch, style: FacadeStyle, cell: Rect): void {
  const half = between(random, 0.25, 0.34);
  const door = bandOf(columnOf(cell, 0.5 - half, 0.5 + half), between(random, 0.25, 0.38), 1);
  sketch.add('door', door);
  if (!chance(random, style.habits.deco)) return;
  const height = 0.14 * heightOf(cell);
  const overhang = 1.5 * sketch.unit;
  sketch.add('deco', {
    left: door.left - overhang,
    right: door.right + overhang,
    top: door.top - height,
    bottom: door.top,
  });
}

/** Shop windows one bay wide, or two where bays pair up. */
function sketchShops(random: Random, sketch: Sketch, cells: readonly Rect[]): void {
  const step = chance(random, 0.4) ? 2 : 1;
  const top = between(random, 0.16, 0.26);
  for (let i = 0; i < cells.length; i += step) {
    const first = cells[i]!;
    const last = cells[Math.min(i + step, cells.length) - 1]!;
    const margin = 0.08 * (first.right - first.left);
    sketch.add(
      'shop',
      bandOf({ ...first, left: first.left + margin, right: last.right - margin }, top, 0.98),
    );
  }
}

function sketchGroundWindows(
  random: Random,
  sketch: Sketch,
  style: FacadeStyle,
  cells: readonly Rect[],
): void {
  const half = between(random, ...style.windowWidth) / 2;
  const top = between(random, 0.24, 0.3);
  const bottom = between(random, 0.66, 0.76);
  const sill = chance(random, style.habits.sill) ? between(random, 2, 3.5) * sketch.unit : 0;
  for (const cell of cells) {
    const window = bandOf(columnOf(cell, 0.5 - half, 0.5 + half), top, bottom);
    sketch.add('window', window);
    if (sill > 0) {
      const overhang = 1.2 * sketch.unit;
      sketch.add('sill', {
        left: window.left - overhang,
        right: window.right + overhang,
        top: window.bottom,
        bottom: window.bottom + sill,
      });
    }
  }
}
