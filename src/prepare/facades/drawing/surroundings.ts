import type { Color } from '../../../data/facade-palette.ts';
import { between, heightOf, type Rect } from '../geometry.ts';
import { neighborRoof } from '../planning/neighbors.ts';
import { fill, fillGradient } from './canvas.ts';
import { type Scene, shade, toCanvas } from './scene.ts';

const zenith: Color = [128, 164, 204];
const horizon: Color = [206, 216, 222];
const roof: Color = [96, 74, 66];
const neighbour: Color = [150, 142, 136];
const pavement: Color = [124, 120, 116];

/** Everything of class background: sky, roof, the neighbouring houses, the pavement. */
export function paintSurroundings(scene: Scene): void {
  const { canvas } = scene;
  const image = { left: 0, top: 0, right: canvas.width, bottom: canvas.height };
  const body = toCanvas(scene, scene.plan.body);
  fillGradient(canvas, { ...image, bottom: canvas.height * 0.5 }, zenith, horizon);
  const eaves = body.top + neighborRoof * heightOf(body);
  paintNeighbor(scene, { left: 0, right: body.left, top: eaves, bottom: body.bottom });
  paintNeighbor(scene, { left: body.right, right: canvas.width, top: eaves, bottom: body.bottom });
  if (scene.plan.style.texture !== 'concrete') paintRoof(scene, body);
  paintPavement(scene, { ...image, top: body.bottom });
}

function paintNeighbor(scene: Scene, rect: Rect): void {
  const { canvas, unit } = scene;
  if (rect.right <= rect.left) return;
  fill(canvas, { ...rect, top: rect.top - 5 * unit }, roof);
  fillGradient(canvas, rect, [158, 150, 142], neighbour);
  fill(canvas, { ...rect, bottom: rect.top + 1.5 * unit }, [186, 180, 172]);
  shade(scene, { ...rect, top: rect.top + 1.5 * unit, bottom: rect.top + 4 * unit }, 0.35, 0);
  // The house casts its shadow on the one to its right.
  if (rect.left > 0) shade(scene, { ...rect, right: rect.left + 3 * unit }, 0.3);
}

/** Tiles up to two fifths of the sky; a trapezium, its sides as steep as the attic. */
function paintRoof(scene: Scene, body: Rect): void {
  const { canvas, unit } = scene;
  const height = Math.min(body.top * 0.45, 8 * unit);
  const tone = between(scene.random, 0.95, 1.05);
  for (let y = 0; y < height; y++) {
    const row = { ...body, left: body.left + y * 0.5, right: body.right - y * 0.5 };
    const light = tone * (0.86 + 0.3 * (y / Math.max(1, height)));
    const color: Color = [roof[0] * light, roof[1] * light, roof[2] * light];
    fill(canvas, { ...row, top: body.top - y - 1, bottom: body.top - y }, color);
  }
}

function paintPavement(scene: Scene, rect: Rect): void {
  const { canvas, unit } = scene;
  fillGradient(canvas, rect, pavement, [142, 138, 132]);
  fill(canvas, { ...rect, bottom: rect.top + 0.8 * unit }, [70, 66, 64], 0.7);
}
