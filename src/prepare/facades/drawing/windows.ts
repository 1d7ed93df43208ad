import { type Color, mixColors, scaleColor } from '../../../data/facade-palette.ts';
import { bandOf, chance, columnOf, heightOf, insetRect, type Rect, widthOf } from '../geometry.ts';
import { fill, fillGradient, fillShape } from './canvas.ts';
import { castShadow, type Scene, shade } from './scene.ts';

const skyInGlass: Color = [112, 132, 150];
const darkGlass: Color = [40, 44, 54];
const curtain: Color = [206, 200, 188];

/** A casement set back into the wall: frame, sashes with a transom, panes that mirror the sky. */
export function paintWindow(scene: Scene, rect: Rect): void {
  const { canvas, unit } = scene;
  const { frame } = scene.plan.style;
  fill(canvas, rect, scaleColor(frame, 0.96));
  const bar = Math.min(0.9 * unit, widthOf(rect) * 0.09);
  const glass = insetRect(rect, bar);
  const tall = heightOf(glass) > widthOf(glass) * 1.25;
  const columns = Math.max(1, Math.round(widthOf(glass) / (tall ? 6 : 8) / unit));
  paintPanes(scene, glass, Math.min(4, columns), tall ? 0.32 : 0, bar);
  paintReveal(scene, rect);
}

/** `transom` is where the horizontal bar lies, as a share of the height; 0 for none. */
function paintPanes(scene: Scene, glass: Rect, columns: number, transom: number, bar: number): void {
  const { canvas } = scene;
  paintGlass(scene, glass);
  const { frame } = scene.plan.style;
  for (let i = 1; i < columns; i++) {
    const x = glass.left + (widthOf(glass) * i) / columns;
    fill(canvas, { ...glass, left: x - bar * 0.5, right: x + bar * 0.5 }, frame);
  }
  if (transom > 0) {
    const y = glass.top + heightOf(glass) * transom;
    fill(canvas, { ...glass, top: y - bar * 0.5, bottom: y + bar * 0.5 }, frame);
  }
}

/** Bright where it mirrors the sky, dark below, one slanted gleam; curtains behind some. */
export function paintGlass(scene: Scene, glass: Rect): void {
  const { canvas, random } = scene;
  fillGradient(canvas, glass, mixColors(darkGlass, skyInGlass, 0.75), darkGlass);
  if (chance(random, 0.3)) {
    fill(canvas, columnOf(glass, 0, 0.2), curtain, 0.4);
    fill(canvas, columnOf(glass, 0.8, 1), curtain, 0.4);
  }
  const width = widthOf(glass);
  fillShape(canvas, glass, skyInGlass, 0.38, share => {
    const left = glass.left + width * (0.75 - 0.8 * share);
    return [left, left + width * 0.32];
  });
}

/** The shadow that the wall throws into the opening. */
function paintReveal(scene: Scene, rect: Rect): void {
  const depth = Math.min(1.6 * scene.unit, heightOf(rect) * 0.2);
  shade(scene, { ...rect, bottom: rect.top + depth }, 0.6, 0.25);
  shade(scene, { ...rect, right: rect.left + depth * 0.5 }, 0.4);
}

/** Shutters and roller blinds alike: slats, each with a lit upper edge. */
export function paintBlind(scene: Scene, rect: Rect): void {
  const { canvas, unit } = scene;
  const { blind } = scene.plan.style;
  castShadow(scene, rect, 1);
  fill(canvas, rect, blind);
  const slats = Math.max(1, Math.round(heightOf(rect) / (1.6 * unit)));
  for (let i = 0; i < slats; i++) {
    const slat = bandOf(rect, i / slats, (i + 1) / slats);
    fillGradient(canvas, insetRect(slat, 0.5 * unit, 0), scaleColor(blind, 1.12), scaleColor(blind, 0.68));
  }
}
