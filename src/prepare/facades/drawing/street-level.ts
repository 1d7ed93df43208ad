import { type Color, mixColors, scaleColor } from '../../../data/facade-palette.ts';
import { bandOf, columnOf, heightOf, insetRect, type Rect, widthOf } from '../geometry.ts';
import { fill, fillGradient, fillShape } from './canvas.ts';
import { castShadow, paintSlab, type Scene, shade } from './scene.ts';
import { paintGlass } from './windows.ts';

const cream: Color = [234, 224, 204];

/** Two panelled leaves below a fanlight, in a stone frame or under an arch. */
export function paintDoor(scene: Scene, rect: Rect): void {
  if (scene.plan.style.texture === 'stone') {
    paintArch(scene, rect, paintDoorway);
  } else {
    fill(scene.canvas, rect, scaleColor(scene.plan.style.trim, 0.92));
    paintDoorway(scene, rect);
  }
}

function paintDoorway(scene: Scene, rect: Rect): void {
  const { canvas, unit, plan } = scene;
  const frame = Math.min(1.6 * unit, widthOf(rect) * 0.12);
  const opening = { ...insetRect(rect, frame, 0), top: rect.top + frame };
  fill(canvas, opening, scaleColor(plan.style.door, 0.7));
  paintGlass(scene, insetRect(bandOf(opening, 0.02, 0.2), 0.6 * unit, 0));
  for (const half of [0, 0.5]) paintLeaf(scene, columnOf(bandOf(opening, 0.24, 1), half + 0.03, half + 0.47));
  shade(scene, { ...opening, bottom: opening.top + 1.5 * unit }, 0.5, 0.1);
  shade(scene, { ...opening, right: opening.left + unit }, 0.35);
}

function paintLeaf(scene: Scene, leaf: Rect): void {
  const { canvas, plan } = scene;
  const { door } = plan.style;
  fillGradient(canvas, leaf, scaleColor(door, 1.12), scaleColor(door, 0.92));
  for (const [from, to] of [
    [0.06, 0.44],
    [0.52, 0.92],
  ] as const) {
    const panel = columnOf(bandOf(leaf, from, to), 0.18, 0.82);
    fill(canvas, panel, scaleColor(door, 0.68));
    fill(canvas, insetRect(panel, widthOf(panel) * 0.2, heightOf(panel) * 0.1), scaleColor(door, 1.2));
  }
}

/** A display under an arch, or a shop front of wood. */
export function paintShop(scene: Scene, rect: Rect): void {
  if (scene.plan.style.texture === 'stone') paintArch(scene, rect, paintDisplay);
  else paintShopFront(scene, rect);
}

/** A name board, a striped awning, a lit display behind glass and a low wall below it. */
function paintShopFront(scene: Scene, rect: Rect): void {
  fill(scene.canvas, rect, scaleColor(scene.plan.style.accent, 0.8));
  paintDisplay(scene, bandOf(rect, 0.2, 0.86));
  paintAwning(scene, bandOf(rect, 0.2, 0.42));
  paintSign(scene, bandOf(rect, 0, 0.2));
}

function paintDisplay(scene: Scene, rect: Rect): void {
  const { canvas, unit, random } = scene;
  const glass = insetRect(rect, unit, 0);
  fillGradient(canvas, glass, [58, 50, 46], [126, 104, 78]);
  const goods = bandOf(glass, 0.72, 1);
  const count = Math.max(1, Math.round(widthOf(goods) / (3 * unit)));
  for (let i = 0; i < count; i++) {
    const thing = columnOf(goods, (i + 0.15) / count, (i + 0.8) / count);
    const light = 0.5 + 0.5 * random.uniform();
    fill(canvas, bandOf(thing, random.uniform() * 0.5, 1), scaleColor(cream, light), 0.75);
  }
  const panes = Math.max(1, Math.round(widthOf(glass) / (11 * unit)));
  for (let i = 1; i < panes; i++) {
    const x = glass.left + (widthOf(glass) * i) / panes;
    fill(
      canvas,
      { ...glass, left: x - 0.4 * unit, right: x + 0.4 * unit },
      scaleColor(scene.plan.style.accent, 0.7),
    );
  }
}

function paintAwning(scene: Scene, rect: Rect): void {
  const { canvas, unit, plan } = scene;
  castShadow(scene, rect, 3);
  const count = 2 * Math.max(1, Math.round(widthOf(rect) / (5 * unit))) + 1;
  for (let i = 0; i < count; i++) {
    const color = i % 2 === 0 ? plan.style.accent : cream;
    fillGradient(
      canvas,
      columnOf(rect, i / count, (i + 1) / count),
      scaleColor(color, 1.05),
      scaleColor(color, 0.85),
    );
  }
}

/** Letters are only hinted at: light strokes of unequal height. */
function paintSign(scene: Scene, rect: Rect): void {
  const { canvas, unit, random, plan } = scene;
  paintSlab(scene, rect, plan.style.accent, 0);
  const line = columnOf(bandOf(rect, 0.28, 0.76), 0.2, 0.8);
  for (let x = line.left; x + unit < line.right; x += 1.7 * unit) {
    fill(canvas, { ...bandOf(line, 0.3 * random.uniform(), 1), left: x, right: x + unit }, cream, 0.8);
  }
}

/** A round arch of stone that fills `rect`; `paintInside` fills the opening below the springing line. */
function paintArch(scene: Scene, rect: Rect, paintInside: (scene: Scene, rect: Rect) => void): void {
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
