import type { Image } from '../../core/image.ts';
import type { Random } from '../../core/random.ts';
import { defineTask } from './task.ts';

const fills = { magenta: [255, 0, 255], white: [255, 255, 255], gray: [128, 128, 128] } as const;

/**
 * Holes → picture, for repairing photos and removing objects. In B, boxes or brush strokes are painted in one plain
 * colour, which marks what the generator has to fill in. To remove an object, paint over it in that colour.
 */
export const inpaint = defineTask({
  description: 'Photos with parts painted over; BtoA learns to fill them in',
  a: 'the photo',
  b: 'the photo with holes',
  direction: 'BtoA',
  options: {
    holes: {
      kind: 'choice',
      default: 'mixed',
      choices: ['boxes', 'strokes', 'mixed'],
      about: 'Shape of the holes; mixed: a random one for each photo',
    },
    share: {
      kind: 'number',
      default: 0.2,
      least: 0.01,
      most: 0.8,
      about: 'Share of the image that is painted over, 0.01 to 0.8',
    },
    fill: {
      kind: 'choice',
      default: 'magenta',
      choices: ['magenta', 'white', 'gray'],
      about: 'Colour of the holes; photos hardly ever contain magenta',
    },
  },
  derive(photo, { holes, share, fill }, random) {
    const shape = holes === 'mixed' ? (random.uniform() < 0.5 ? 'boxes' : 'strokes') : holes;
    const mask = new Uint8Array(photo.width * photo.height);
    const wanted = share * mask.length;
    for (let covered = 0; covered < wanted; ) {
      covered += shape === 'boxes' ? punchBox(mask, photo, random) : punchStroke(mask, photo, random, wanted);
    }
    return paintOver(photo, mask, fills[fill]);
  },
});

function paintOver(photo: Image, mask: Uint8Array, color: readonly number[]): Image {
  const data = photo.data.map((sample, i) => (mask[Math.floor(i / 3)] === 1 ? color[i % 3]! : sample));
  return { ...photo, data };
}

/** A box of 8 to 35 % of each side; returns the number of newly covered pixels. */
function punchBox(mask: Uint8Array, { width, height }: Image, random: Random): number {
  const boxWidth = sideLength(random, width);
  const boxHeight = sideLength(random, height);
  const left = random.integer(width - boxWidth + 1);
  const top = random.integer(height - boxHeight + 1);
  let lost = 0;
  for (let y = top; y < top + boxHeight; y++) {
    for (let x = left; x < left + boxWidth; x++) lost += punch(mask, y * width + x);
  }
  return lost;
}

function sideLength(random: Random, side: number): number {
  return Math.max(1, Math.round(side * (0.08 + 0.27 * random.uniform())));
}

/** A brush stroke that turns a little at each step, until it leaves the picture or enough pixels are covered. */
function punchStroke(mask: Uint8Array, { width, height }: Image, random: Random, most: number): number {
  const unit = Math.min(width, height);
  const radius = Math.max(0.5, unit * (0.012 + 0.03 * random.uniform()));
  const steps = Math.ceil((unit * (0.3 + random.uniform())) / radius);
  let [x, y] = [random.uniform() * width, random.uniform() * height];
  let heading = random.uniform() * 2 * Math.PI;
  let lost = punchDisc(mask, width, x, y, radius);
  for (let step = 0; step < steps && lost < most; step++) {
    heading += (random.uniform() - 0.5) * 0.9;
    x += Math.cos(heading) * radius;
    y += Math.sin(heading) * radius;
    lost += punchDisc(mask, width, x, y, radius);
  }
  return lost;
}

function punchDisc(mask: Uint8Array, width: number, x: number, y: number, radius: number): number {
  const height = mask.length / width;
  let lost = 0;
  for (let row = Math.max(0, Math.floor(y - radius)); row < Math.min(height, y + radius); row++) {
    for (let column = Math.max(0, Math.floor(x - radius)); column < Math.min(width, x + radius); column++) {
      if ((column + 0.5 - x) ** 2 + (row + 0.5 - y) ** 2 > radius * radius) continue;
      lost += punch(mask, row * width + column);
    }
  }
  return lost;
}

function punch(mask: Uint8Array, pixel: number): 0 | 1 {
  if (mask[pixel] === 1) return 0;
  mask[pixel] = 1;
  return 1;
}
