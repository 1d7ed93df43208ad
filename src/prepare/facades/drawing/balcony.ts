import { type Color, mixColors, scaleColor } from '../../../data/facade-palette.ts';
import { bandOf, heightOf, type Rect, widthOf } from '../geometry.ts';
import { fill, fillGradient } from './canvas.ts';
import { castShadow, paintSlab, type Scene, shade } from './scene.ts';

const iron: Color = [44, 44, 48];
const tintedGlass: Color = [148, 176, 176];

/** Balconies, and the balustrade on a roof: a slab, uprights and a handrail, with the wall visible in between. */
export function paintBalcony(scene: Scene, rect: Rect): void {
  const slab = bandOf(rect, 0.76, 1);
  const rail = bandOf(rect, 0, 0.76);
  castShadow(scene, slab, 4);
  shade(scene, rail, 0.22);
  if (scene.plan.style.texture === 'stone') paintBalusters(scene, rail);
  else if (scene.plan.style.texture === 'concrete') paintParapet(scene, rail);
  else paintIronBars(scene, rail);
  paintSlab(scene, slab, trimOf(scene), 0);
}

function trimOf(scene: Scene): Color {
  return mixColors(scene.plan.style.trim, scene.wall, 0.25);
}

function paintIronBars(scene: Scene, rail: Rect): void {
  const { canvas, unit } = scene;
  forUprights(rail, 1.9 * unit, x => fill(canvas, { ...rail, left: x, right: x + 0.6 * unit }, iron));
  fill(canvas, { ...rail, bottom: rail.top + 0.9 * unit }, iron);
  fill(canvas, { ...rail, top: rail.bottom - 0.6 * unit }, iron);
}

/** Stone: each baluster lit on its left and dark on its right. */
function paintBalusters(scene: Scene, rail: Rect): void {
  const { canvas, unit } = scene;
  const color = trimOf(scene);
  shade(scene, rail, 0.35);
  forUprights(rail, 2.6 * unit, x => {
    fill(canvas, { ...rail, left: x, right: x + 0.8 * unit }, scaleColor(color, 1.08));
    fill(canvas, { ...rail, left: x + 0.8 * unit, right: x + 1.5 * unit }, scaleColor(color, 0.8));
  });
  paintSlab(scene, bandOf(rail, 0, 0.22), color, 0.6);
}

/** A front of tinted glass with a steel handrail. */
function paintParapet(scene: Scene, rail: Rect): void {
  const { canvas, unit } = scene;
  const front = { ...rail, top: rail.top + heightOf(rail) * 0.2 };
  fillGradient(canvas, front, tintedGlass, scaleColor(tintedGlass, 0.72));
  forUprights(front, 9 * unit, x => fill(canvas, { ...front, left: x, right: x + 0.6 * unit }, iron));
  fill(canvas, { ...rail, bottom: rail.top + 0.8 * unit }, scene.plan.style.frame);
}

/** Visits evenly spread places from one end to the other, about `step` apart. */
function forUprights(rail: Rect, step: number, visit: (x: number) => void): void {
  const count = Math.max(1, Math.round(widthOf(rail) / step));
  for (let i = 0; i < count; i++) visit(rail.left + ((i + 0.3) * widthOf(rail)) / count);
}
