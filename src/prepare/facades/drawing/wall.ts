import { heightOf, type Rect } from '../geometry.ts';
import type { FacadeStyle } from '../planning/styles.ts';
import { hashNoise, smoothNoise } from './noise.ts';
import { type Scene, shade, toCanvas } from './scene.ts';

/** How bright the wall is at a canvas pixel; 1 is its plain colour. */
type Texture = (x: number, y: number) => number;

/** The wall with its texture and weathering, and a plinth at its foot. */
export function paintWall(scene: Scene): void {
  const { plan } = scene;
  const body = toCanvas(scene, plan.body);
  const ground = { ...body, top: plan.groundTop * scene.scale };
  paintTexture(scene, body, textures[plan.style.texture](scene));
  if (plan.style.texture === 'stucco') paintTexture(scene, ground, rustication(scene));
  shade(scene, { ...body, top: body.bottom - 2.5 * scene.unit }, 0.32);
  shade(scene, { ...body, top: body.bottom - 0.12 * heightOf(body) }, 0, 0.16);
}

function paintTexture(scene: Scene, rect: Rect, texture: Texture): void {
  const { canvas, wall, seed, unit } = scene;
  const patch = 1 / (18 * unit);
  for (let y = Math.floor(rect.top); y < rect.bottom; y++) {
    for (let x = Math.floor(rect.left); x < rect.right; x++) {
      const weathering = 0.95 + 0.1 * smoothNoise(x * patch, y * patch * 0.6, seed);
      const brightness = weathering * texture(x, y);
      const i = (y * canvas.width + x) * 3;
      canvas.data[i] = wall[0] * brightness;
      canvas.data[i + 1] = wall[1] * brightness;
      canvas.data[i + 2] = wall[2] * brightness;
    }
  }
}

const textures: Record<FacadeStyle['texture'], (scene: Scene) => Texture> = {
  stucco:
    ({ seed }) =>
    (x, y) =>
      0.97 + 0.06 * hashNoise(x, y, seed),
  brick: scene => masonry(scene, { course: 2, length: 4.6, joint: 1.2, spread: 0.26 }),
  stone: scene => masonry(scene, { course: 7, length: 13, joint: 0.8, spread: 0.07 }),
  concrete:
    ({ seed }) =>
    (x, y) =>
      0.985 + 0.03 * hashNoise(x, y, seed),
};

interface Masonry {
  /** Height and length of a block, in units. */
  readonly course: number;
  readonly length: number;
  /** Brightness of the joints. */
  readonly joint: number;
  /** How much blocks differ in brightness. */
  readonly spread: number;
}

/** Running bond: each course is shifted by half a block. Whole pixels, so that the joints don't shimmer. */
function masonry({ unit, seed }: Scene, { course, length, joint, spread }: Masonry): Texture {
  const height = Math.max(3, Math.round(course * unit));
  const width = Math.max(4, Math.round(length * unit));
  const thickness = Math.max(1, Math.round(0.4 * unit));
  return (x, y) => {
    const row = Math.floor(y / height);
    const shifted = x + (row & 1) * (width >> 1);
    if (y % height < thickness || shifted % width < thickness) return joint;
    return 1 + spread * (hashNoise(Math.floor(shifted / width), row, seed) - 0.5);
  };
}

/** Broad horizontal grooves, as plaster imitates stone on a ground floor. */
function rustication({ unit, seed }: Scene): Texture {
  const height = Math.max(3, Math.round(5 * unit));
  const thickness = Math.max(1, Math.round(0.5 * unit));
  return (x, y) => (y % height < thickness ? 0.74 : 0.91) + 0.05 * hashNoise(x, y, seed);
}
