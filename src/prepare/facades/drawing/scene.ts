import type { Random } from '../../../core/random.ts';
import { type Color, scaleColor } from '../../../data/facade-palette.ts';
import { heightOf, type Rect } from '../geometry.ts';
import type { FacadePlan } from '../planning/plan.ts';
import { type Canvas, fill, fillGradient } from './canvas.ts';

/** The state shared by the painters of one photo. Lengths and positions are in canvas pixels. */
export interface Scene {
  readonly canvas: Canvas;
  readonly plan: FacadePlan;
  /** Canvas pixels per label pixel. */
  readonly scale: number;
  /** 1/128 of the shorter side. */
  readonly unit: number;
  readonly wall: Color;
  readonly random: Random;
  /** For {@link hashNoise}. */
  readonly seed: number;
}

const shadowColor: Color = [28, 24, 34];

/** A label rectangle on the canvas. */
export function toCanvas(scene: Scene, rect: Rect): Rect {
  const { scale } = scene;
  return {
    left: rect.left * scale,
    top: rect.top * scale,
    right: rect.right * scale,
    bottom: rect.bottom * scale,
  };
}

/** Darkens a rectangle, fading from the top to the bottom. */
export function shade(scene: Scene, rect: Rect, topOpacity: number, bottomOpacity = topOpacity): void {
  fillGradient(scene.canvas, rect, shadowColor, shadowColor, topOpacity, bottomOpacity);
}

/** The shadow below and right of something that stands `depth` units out of the wall, lit from the upper left. */
export function castShadow(scene: Scene, rect: Rect, depth: number): void {
  const reach = depth * scene.unit;
  const { left, top, right, bottom } = rect;
  // There is no shadow beyond the wall.
  const end = Math.min(right + reach * 0.5, toCanvas(scene, scene.plan.body).right);
  shade(scene, { left: left + reach * 0.3, right: end, top: bottom, bottom: bottom + reach }, 0.5, 0.08);
  shade(scene, { left: right, right: end, top: top + reach * 0.4, bottom }, 0.3);
}

/** A raised slab: its colour, a lit upper and left edge, a dark lower one, and its shadow. */
export function paintSlab(scene: Scene, rect: Rect, color: Color, depth: number): void {
  const { canvas, unit } = scene;
  const edge = Math.min(0.8 * unit, heightOf(rect) * 0.3);
  castShadow(scene, rect, depth);
  fillGradient(canvas, rect, scaleColor(color, 1.02), scaleColor(color, 0.88));
  fill(canvas, { ...rect, bottom: rect.top + edge }, scaleColor(color, 1.14));
  fill(canvas, { ...rect, right: rect.left + edge * 0.6 }, scaleColor(color, 1.1));
  fill(canvas, { ...rect, top: rect.bottom - edge }, scaleColor(color, 0.7));
}
