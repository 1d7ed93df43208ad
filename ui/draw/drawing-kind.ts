import { areClassNumbers, classColor } from '../../src/core/class-numbers.ts';
import type { Image } from '../../src/core/image.ts';
import type { Palette } from '../../src/server/api.ts';
import type { Color } from './raster.ts';
import { fromHex, pens, type Swatch } from './swatches.ts';

/** How to draw a model's condition. */
export interface DrawingKind {
  readonly swatches: readonly Swatch[];
  /** The colour of an empty drawing and of the eraser. */
  readonly background: Color;
  readonly ink: Color;
  /** Smooth pen lines instead of hard-edged labels. */
  readonly pen: boolean;
  /** Diameter of the pen to begin with, as a share of the drawing's width. */
  readonly thickness: number;
  /** Whether colours other than the swatches may be chosen. */
  readonly free: boolean;
  /** Whether mixed colours are meaningful: not in label maps. */
  readonly blends: boolean;
  /** How much colours of one area may differ when it is filled, in any channel. */
  readonly tolerance: number;
  /** Whether the gray levels are class numbers, which people see in {@link shownColor}s. */
  readonly numbered: boolean;
}

const black: Color = [0, 0, 0];
const white: Color = [255, 255, 255];

/** Lines of a pen have soft edges. */
const penTolerance = 64;
/** JPEG leaves differences of about 20 in a flat area. */
const jpegTolerance = 24;

const grays: readonly Swatch[] = [0, 64, 128, 192, 255].map(v => ({ color: [v, v, v], name: `gray ${v}` }));

/** Line drawings get a pen, label maps their labels, and coloured drawings and photos pens of many colours. */
export function drawingKind({ kind, gray, colors }: Palette): DrawingKind {
  const levels = colors.map(({ color }) => fromHex(color)[0]);
  const numbered = kind === 'label map' && gray && areClassNumbers(levels);
  const swatches = colors.map(({ color, name }, i) => ({
    color: fromHex(color),
    name: name ?? (numbered ? `class ${levels[i]}` : color),
  }));
  if (kind === 'drawing' && gray) return lineDrawing(swatches);
  if (kind !== 'label map' || swatches.length === 0) {
    const drawn = gray ? grays : pens;
    const colours = { background: white, ink: drawn[0]!.color };
    return {
      swatches: drawn,
      ...colours,
      pen: true,
      thickness: 1 / 24,
      free: !gray,
      blends: true,
      tolerance: penTolerance,
      numbered,
    };
  }
  const background = swatches.find(({ name }) => name === 'background') ?? swatches[0]!;
  const ink = swatches.find(({ name }) => name === 'window') ?? swatches.at(1) ?? background;
  const colours = { background: background.color, ink: ink.color };
  const tolerance = Math.min(jpegTolerance, Math.ceil(leastDistance(swatches) / 2) - 1);
  return {
    swatches,
    ...colours,
    pen: false,
    thickness: 1 / 20,
    free: false,
    blends: false,
    tolerance,
    numbered,
  };
}

const classColors = Array.from({ length: 256 }, (_, number) => classColor(number));

/** What people see instead of a colour of the drawing. */
export function shownColor({ numbered }: DrawingKind, color: Color): Color {
  return numbered ? classColors[color[0]]! : color;
}

/** What people see instead of the drawing. */
export function shownDrawing(kind: DrawingKind, drawing: Image): Image {
  if (!kind.numbered) return drawing;
  const data = new Uint8Array(drawing.data.length);
  for (let at = 0; at < data.length; at += 3) data.set(classColors[drawing.data[at]!]!, at);
  return { ...drawing, data };
}

/** The smallest difference of two colours, in the channel in which they differ most. */
function leastDistance(swatches: readonly Swatch[]): number {
  const distances = swatches.flatMap(({ color }, i) =>
    swatches
      .slice(i + 1)
      .map(other => Math.max(...color.map((level, c) => Math.abs(level - other.color[c]!)))),
  );
  return Math.min(...distances);
}

/** The colour of the largest area is the paper's, and the one that differs most from it that of lines. */
function lineDrawing(swatches: readonly Swatch[]): DrawingKind {
  const paper = swatches[0]?.color ?? white;
  const light = paper[0] + paper[1] + paper[2] > 382;
  return {
    swatches: [
      { color: light ? black : white, name: 'line' },
      { color: paper, name: 'paper' },
    ],
    background: paper,
    ink: light ? black : white,
    pen: true,
    thickness: 1 / 64,
    free: false,
    blends: true,
    tolerance: penTolerance,
    numbered: false,
  };
}
