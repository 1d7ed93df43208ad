import { type Color, mixColors, scaleColor } from '../../../data/facade-palette.ts';
import { bandOf, columnOf, heightOf, insetRect, type Rect, widthOf } from '../geometry.ts';
import { fill, fillGradient, fillShape } from './canvas.ts';
import { castShadow, paintSlab, type Scene, shade } from './scene.ts';

function trimOf(scene: Scene): Color {
  return mixColors(scene.plan.style.trim, scene.wall, 0.15);
}

/** A panel above a window with a protruding top; a gable where it's high. */
export function paintCornice(scene: Scene, rect: Rect): void {
  if (heightOf(rect) > 4 * scene.unit) paintGable(scene, rect);
  else paintPanel(scene, rect);
}

function paintPanel(scene: Scene, rect: Rect): void {
  const color = trimOf(scene);
  paintSlab(scene, insetRect(rect, 0.8 * scene.unit, 0), scaleColor(color, 0.94), 1);
  paintSlab(scene, bandOf(rect, 0, 0.45), color, 1.8);
}

function paintGable(scene: Scene, rect: Rect): void {
  const { canvas } = scene;
  const color = trimOf(scene);
  const gable = bandOf(rect, 0, 0.7);
  const middle = (rect.left + rect.right) / 2;
  const half = widthOf(rect) / 2;
  const slopes = (factor: number) => (share: number) =>
    [middle - half * share * factor, middle + half * share * factor] as const;
  fillShape(canvas, gable, scaleColor(color, 1.08), 1, slopes(1));
  fillShape(canvas, bandOf(gable, 0.25, 1), scaleColor(color, 0.72), 1, slopes(0.72));
  paintSlab(scene, bandOf(rect, 0.65, 1), color, 1.6);
}

/** A slab below a window on a recessed panel, where there's room for one. */
export function paintSill(scene: Scene, rect: Rect): void {
  const color = trimOf(scene);
  fill(scene.canvas, insetRect(rect, 0.8 * scene.unit, 0), scaleColor(color, 0.86));
  paintSlab(scene, bandOf(rect, 0, 0.5), color, 1.4);
  paintStreaks(scene, rect);
}

/** Streaks where rain runs off at both ends. */
function paintStreaks(scene: Scene, rect: Rect): void {
  const { unit } = scene;
  for (const x of [rect.left, rect.right - unit]) {
    shade(scene, { left: x, right: x + unit, top: rect.bottom, bottom: rect.bottom + 6 * unit }, 0.16, 0);
  }
}

/** A band along the wall; plain concrete, or a ledge over a frieze with a row of brackets where it's high. */
export function paintMolding(scene: Scene, rect: Rect): void {
  if (scene.plan.style.texture === 'concrete') paintSlab(scene, rect, trimOf(scene), 1.5);
  else paintLedge(scene, rect);
}

function paintLedge(scene: Scene, rect: Rect): void {
  const { unit } = scene;
  const color = trimOf(scene);
  paintSlab(scene, rect, scaleColor(color, 0.95), 2.6);
  const ledge = bandOf(rect, 0, 0.4);
  paintSlab(scene, ledge, color, Math.min(1.5, heightOf(rect) / unit / 3));
  if (heightOf(rect) > 3.5 * unit) paintBrackets(scene, bandOf(rect, 0.5, 0.85), scaleColor(color, 1.06));
}

function paintBrackets(scene: Scene, frieze: Rect, color: Color): void {
  const { canvas, unit } = scene;
  for (let x = frieze.left + unit; x + unit < frieze.right; x += 3 * unit) {
    const bracket = { ...frieze, left: x, right: x + 1.2 * unit };
    fill(canvas, bracket, color);
    shade(scene, { ...bracket, left: bracket.right, right: bracket.right + 0.6 * unit }, 0.35);
  }
}

/** A round shaft, lit from the left, between a capital and a base. */
export function paintPillar(scene: Scene, rect: Rect): void {
  const { canvas, unit } = scene;
  const color = trimOf(scene);
  castShadow(scene, rect, 2);
  const shades = [0.9, 1.06, 1.12, 1.04, 0.92, 0.78, 0.64];
  shades.forEach((light, i) => {
    fill(canvas, columnOf(rect, i / shades.length, (i + 1) / shades.length), scaleColor(color, light));
  });
  const cap = Math.min(2.2 * unit, heightOf(rect) * 0.15);
  paintSlab(scene, { ...rect, bottom: rect.top + cap }, color, 0.8);
  paintSlab(scene, { ...rect, top: rect.bottom - cap }, color, 0.8);
}

/** A relief: a framed panel with a boss in its middle. */
export function paintDeco(scene: Scene, rect: Rect): void {
  const { canvas, unit } = scene;
  const color = trimOf(scene);
  paintSlab(scene, rect, color, 1.4);
  const panel = insetRect(rect, Math.min(unit, widthOf(rect) * 0.2), Math.min(unit, heightOf(rect) * 0.2));
  fillGradient(canvas, panel, scaleColor(color, 0.7), scaleColor(color, 0.86));
  const boss = insetRect(panel, widthOf(panel) * 0.25, heightOf(panel) * 0.22);
  paintSlab(scene, boss, scaleColor(color, 1.02), 0.6);
}
