import { createImage, type Image } from '../../../core/image.ts';
import type { Random } from '../../../core/random.ts';
import { type FacadeClass, mixColors, scaleColor } from '../../../data/facade-palette.ts';
import { between, type Rect } from '../geometry.ts';
import type { FacadePlan } from '../planning/plan.ts';
import { paintBalcony } from './balcony.ts';
import { type Canvas, createCanvas } from './canvas.ts';
import { hashNoise } from './noise.ts';
import { type Scene, toCanvas } from './scene.ts';
import { paintCornice, paintDeco, paintMolding, paintPillar, paintSill } from './stonework.ts';
import { paintDoor, paintShop } from './street-level.ts';
import { paintSurroundings } from './surroundings.ts';
import { paintWall } from './wall.ts';
import { paintBlind, paintWindow } from './windows.ts';

/** Canvas pixels per photo pixel along each axis. */
const oversampling = 2;

const painters: Record<FacadeClass, (scene: Scene, rect: Rect) => void> = {
  background: paintSurroundings,
  facade: paintWall,
  window: paintWindow,
  door: paintDoor,
  shop: paintShop,
  sill: paintSill,
  cornice: paintCornice,
  molding: paintMolding,
  blind: paintBlind,
  pillar: paintPillar,
  deco: paintDeco,
  balcony: paintBalcony,
};

/** Paints the photo for a plan's label map; `random` decides what the plan leaves open. */
export function renderPhoto(plan: FacadePlan, random: Random): Image {
  const scene = setScene(plan, random);
  for (const element of plan.elements) painters[element.kind](scene, toCanvas(scene, element));
  return develop(scene.canvas, scene.seed);
}

function setScene(plan: FacadePlan, random: Random): Scene {
  const [first, second] = plan.style.wall;
  const wall = scaleColor(mixColors(first, second, random.uniform()), between(random, 0.95, 1.05));
  return {
    canvas: createCanvas(plan.width * oversampling, plan.height * oversampling),
    plan,
    scale: oversampling,
    unit: plan.unit * oversampling,
    wall,
    random,
    seed: random.integer(0x7fffffff),
  };
}

/** Averages the canvas down to the photo, in light that falls from the upper left, with a little grain. */
function develop(canvas: Canvas, seed: number): Image {
  const photo = createImage(canvas.width / oversampling, canvas.height / oversampling);
  const { width, height } = photo;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const light = 1.07 - 0.1 * (y / height) - 0.05 * (x / width);
      const grain = 6 * (hashNoise(x, y, seed + 1) - 0.5);
      for (let c = 0; c < 3; c++) {
        const value = boxAverage(canvas, x, y, c) * light + grain;
        photo.data[(y * width + x) * 3 + c] = Math.max(0, Math.min(255, Math.round(value)));
      }
    }
  }
  return photo;
}

/** The mean of the 2×2 canvas samples that make one photo sample. */
function boxAverage(canvas: Canvas, x: number, y: number, channel: number): number {
  const row = canvas.width * 3;
  const i = 2 * y * row + 2 * x * 3 + channel;
  const { data } = canvas;
  return (data[i]! + data[i + 3]! + data[i + row]! + data[i + row + 3]!) / 4;
}
