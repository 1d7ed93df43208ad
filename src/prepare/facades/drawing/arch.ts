import { type Color, mixColors, scaleColor } from '../../../data/facade-palette.ts';
import { bandOf, heightOf, insetRect, type Rect, widthOf } from '../geometry.ts';
import { fillShape } from './canvas.ts';
import { type Scene, shade } from './scene.ts';

/** A round arch of stone that fills `rect`; `paintInside` fills the opening below the springing line. */
export function paintArch(scene: Scene, rect: Rect, paintInside: (scene: Scene, rect: Rect) => void): void {
  const { unit, plan } = scene;
  const ring = Math.min(2 * unit, widthOf(rect) * 0.12);
  const color = mixColors(plan.style.trim, scene.wall, 0.2);
  const rise = Math.min(0.42, (0.5 * widthOf(rect)) / heightOf(rect));
  fillArch(scene, rect, rise, scaleColor(color, 1.04));
  const opening = { ...insetRect(rect, ring, 0), top: rect.top + ring };
  fillArch(scene, opening, rise, scaleColor(plan.style.door, 0.55));
  paintInside(scene, bandOf(opening, rise, 1));
  shade(scene, bandOf(opening, rise, rise + 0.12), 0.4, 0);
}

/** `rise` is the height of the round part as a share of the whole: an ellipse, x² + y² = 1 from its crown down. */
function fillArch(scene: Scene, rect: Rect, rise: number, color: Color): void {
  const middle = (rect.left + rect.right) / 2;
  const half = widthOf(rect) / 2;
  fillShape(scene.canvas, rect, color, 1, share => {
    const height = Math.max(0, 1 - share / rise);
    const reach = half * Math.sqrt(1 - height * height);
    return [middle - reach, middle + reach];
  });
}
