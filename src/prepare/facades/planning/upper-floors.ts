import type { Random } from '../../../core/random.ts';
import { between, chance, heightOf, insetRect, type Rect, widthOf } from '../geometry.ts';
import type { FacadeGrid, Span } from './grid.ts';
import type { Sketch } from './sketch.ts';
import type { FacadeStyle } from './styles.ts';

/** What the windows of one floor have in common. Widths and heights are shares of bay and floor, all else pixels. */
interface FloorDesign {
  readonly windowWidth: number;
  readonly windowHeight: number;
  readonly windowsPerBay: number;
  /** What lies above each window, and how high it is. */
  readonly crown: 'cornice' | 'deco' | 'none';
  readonly crownHeight: number;
  readonly sill: number;
  readonly overhang: number;
  readonly shutters: boolean;
  readonly rolledBlinds: number;
  readonly balcony: 'none' | 'each' | 'middle' | 'long';
}

/** Windows and their ornaments. Floors share one design, apart from a few that differ. */
export function sketchUpperFloors(
  random: Random,
  sketch: Sketch,
  style: FacadeStyle,
  grid: FacadeGrid,
): void {
  const shared = designFloor(random, style, sketch.unit);
  const last = grid.floors.length - 1;
  grid.floors.forEach((floor, index) => {
    const special = index === 0 || index === last;
    const own = special && chance(random, 0.6) ? designFloor(random, style, sketch.unit) : shared;
    // Neighbouring floors keep the window axis and mostly the width, so that they look like one building.
    sketchFloor(random, sketch, grid, floor, { ...own, windowWidth: shared.windowWidth });
  });
}

function designFloor(random: Random, style: FacadeStyle, unit: number): FloorDesign {
  const { habits } = style;
  const balcony = chance(random, habits.balcony) ? chooseBalcony(random) : 'none';
  const windowsPerBay = chance(random, 0.2) ? 2 : 1;
  return {
    windowWidth: between(random, ...style.windowWidth),
    windowHeight: between(random, ...style.windowHeight),
    windowsPerBay,
    crown: chance(random, habits.cornice) ? 'cornice' : chance(random, habits.deco) ? 'deco' : 'none',
    crownHeight: between(random, 2.5, 6) * unit,
    // A balcony hides the sill.
    sill:
      (balcony === 'none' || balcony === 'middle') && chance(random, habits.sill)
        ? between(random, 2, 4) * unit
        : 0,
    overhang: between(random, 0.8, 2) * unit,
    // Pairs of windows leave no room for them.
    shutters: windowsPerBay === 1 && chance(random, habits.shutters),
    rolledBlinds: chance(random, habits.rolledBlinds) ? between(random, 0.2, 0.7) : 0,
    balcony,
  };
}

function chooseBalcony(random: Random): FloorDesign['balcony'] {
  const drawn = random.uniform();
  return drawn < 0.45 ? 'each' : drawn < 0.75 ? 'middle' : 'long';
}

function sketchFloor(
  random: Random,
  sketch: Sketch,
  grid: FacadeGrid,
  floor: Span,
  design: FloorDesign,
): void {
  const frames = grid.bays.map(bay => frameOf(bay, floor, design));
  for (const frame of frames) {
    sketchWindows(random, sketch, frame, design);
    sketchTrim(sketch, frame, design);
  }
  sketchBalconies(sketch, frames, design);
}

/** The rectangle that the windows of one bay fill. */
function frameOf(bay: Span, floor: Span, design: FloorDesign): Rect {
  const bayWidth = bay.to - bay.from;
  const floorHeight = floor.to - floor.from;
  const share = design.shutters ? Math.min(design.windowWidth, 0.44) : design.windowWidth;
  const middle = (bay.from + bay.to) / 2;
  const half = (bayWidth * share * (design.windowsPerBay === 2 ? 1.25 : 1)) / 2;
  const height = floorHeight * design.windowHeight;
  const top = floor.from + (floorHeight - height) * 0.6;
  return { left: middle - half, top, right: middle + half, bottom: top + height };
}

function sketchWindows(random: Random, sketch: Sketch, frame: Rect, design: FloorDesign): void {
  const count = design.windowsPerBay;
  const gap = count > 1 ? Math.max(1, 1.5 * sketch.unit) : 0;
  const width = (widthOf(frame) - gap * (count - 1)) / count;
  for (let i = 0; i < count; i++) {
    const left = frame.left + i * (width + gap);
    const window = { ...frame, left, right: left + width };
    sketch.add('window', window);
    if (chance(random, design.rolledBlinds)) {
      sketch.add('blind', { ...window, bottom: window.top + heightOf(window) * between(random, 0.2, 0.7) });
    }
  }
  if (!design.shutters) return;
  const shutter = widthOf(frame) * 0.42;
  sketch.add('blind', { ...frame, left: frame.left - shutter, right: frame.left });
  sketch.add('blind', { ...frame, left: frame.right, right: frame.right + shutter });
}

function sketchTrim(sketch: Sketch, frame: Rect, design: FloorDesign): void {
  // A relief is half as wide as the window; a cornice or sill protrudes on both sides.
  const widen = design.crown === 'deco' ? -widthOf(frame) / 4 : design.overhang;
  const top = frame.top - design.crownHeight;
  if (design.crown !== 'none') {
    const { left, right } = insetRect(frame, -widen, 0);
    sketch.add(design.crown, { left, right, top, bottom: frame.top });
  }
  const { left, right, bottom } = insetRect(frame, -design.overhang, 0);
  if (design.sill > 0) sketch.add('sill', { left, right, top: bottom, bottom: bottom + design.sill });
}

function sketchBalconies(sketch: Sketch, frames: readonly Rect[], design: FloorDesign): void {
  const { unit } = sketch;
  const add = (first: Rect, last: Rect) =>
    sketch.add('balcony', {
      left: first.left - 2.5 * unit,
      right: last.right + 2.5 * unit,
      top: first.bottom - 0.4 * heightOf(first),
      bottom: first.bottom + 2 * unit,
    });
  const middle = Math.floor((frames.length - 1) / 2);
  if (design.balcony === 'each') for (const frame of frames) add(frame, frame);
  if (design.balcony === 'middle') add(frames[middle]!, frames[frames.length - 1 - middle]!);
  if (design.balcony === 'long') add(frames[0]!, frames.at(-1)!);
}
