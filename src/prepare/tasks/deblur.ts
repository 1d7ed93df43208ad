import type { Random } from '../../core/random.ts';
import { createPlane, imageOf, type Plane, planesOf, sampleAt } from '../../images/plane.ts';
import { gaussianBlur } from '../pixels/blur.ts';
import { defineTask } from './task.ts';

/** Blurred → sharp. */
export const deblur = defineTask({
  description: 'Blurred photos; BtoA learns to sharpen them',
  a: 'the photo',
  b: 'the photo, blurred',
  direction: 'BtoA',
  options: {
    kind: {
      kind: 'choice',
      default: 'mixed',
      choices: ['motion', 'defocus', 'gaussian', 'mixed'],
      about: 'motion: straight camera shake; defocus: out of focus; mixed: a random one for each photo',
    },
    radius: {
      kind: 'number',
      default: 5,
      least: 0.5,
      most: 40,
      about: 'Largest blur radius in pixels; each photo gets half of it to all of it',
    },
  },
  derive(photo, { kind, radius }, random) {
    const reach = radius * (0.5 + 0.5 * random.uniform());
    const chosen = kind === 'mixed' ? kinds[random.integer(kinds.length)]! : kind;
    const blur = blurs[chosen](reach, random);
    return imageOf(planesOf(photo).map(blur));
  },
});

const kinds = ['motion', 'defocus', 'gaussian'] as const;

type Blur = (plane: Plane) => Plane;

const blurs: Record<(typeof kinds)[number], (reach: number, random: Random) => Blur> = {
  motion(reach, random) {
    const angle = random.uniform() * Math.PI;
    const steps = 2 * Math.ceil(reach) + 1;
    const tap = (i: number): Tap => {
      const along = ((2 * i) / (steps - 1) - 1) * reach;
      return { x: Math.cos(angle) * along, y: Math.sin(angle) * along, weight: 1 / steps };
    };
    const taps = Array.from({ length: steps }, (_, i) => tap(i));
    return plane => convolve(plane, taps.flatMap(onGrid));
  },
  defocus: reach => plane => convolve(plane, disc(reach)),
  gaussian: reach => plane => gaussianBlur(plane, reach / 2),
};

interface Tap {
  readonly x: number;
  readonly y: number;
  readonly weight: number;
}

/** Distributes a tap between pixels among its four neighbours. */
function onGrid({ x, y, weight }: Tap): Tap[] {
  const [left, top] = [Math.floor(x), Math.floor(y)];
  const [u, v] = [x - left, y - top];
  const taps = [
    { x: left, y: top, weight: weight * (1 - u) * (1 - v) },
    { x: left + 1, y: top, weight: weight * u * (1 - v) },
    { x: left, y: top + 1, weight: weight * (1 - u) * v },
    { x: left + 1, y: top + 1, weight: weight * u * v },
  ];
  return taps.filter(tap => tap.weight > 1e-6);
}

/** The kernel of a round aperture: equal weights within `radius`, falling to 0 across the pixel at the edge. */
function disc(radius: number): Tap[] {
  const reach = Math.ceil(radius);
  const taps: Tap[] = [];
  for (let y = -reach; y <= reach; y++) {
    for (let x = -reach; x <= reach; x++) {
      const weight = Math.min(Math.max(radius + 0.5 - Math.hypot(x, y), 0), 1);
      if (weight > 0) taps.push({ x, y, weight });
    }
  }
  const sum = taps.reduce((total, { weight }) => total + weight, 0);
  return taps.map(tap => ({ ...tap, weight: tap.weight / sum }));
}

function convolve(plane: Plane, taps: readonly Tap[]): Plane {
  const result = createPlane(plane.width, plane.height);
  for (let y = 0, i = 0; y < plane.height; y++) {
    for (let x = 0; x < plane.width; x++, i++) {
      let sum = 0;
      for (const tap of taps) sum += tap.weight * sampleAt(plane, x + tap.x, y + tap.y);
      result.data[i] = sum;
    }
  }
  return result;
}
