import type { Image } from '../../core/image.ts';
import type { Random } from '../../core/random.ts';
import { createPlane, fillPlane, imageOf, lumaOf, type Plane, planesOf } from '../../images/plane.ts';
import { gaussianBlur } from '../pixels/blur.ts';
import { connectedAreas } from '../pixels/components.ts';
import { skyOf } from './sky.ts';
import { defineTask } from './task.ts';

// Linear light (red, green, blue): factors of moonlight on daylight, the night sky, and a lamp.
const moonlight = [0.26, 0.38, 0.72] as const;
const nightSky = [0.006, 0.012, 0.04] as const;
const lamplight = [1, 0.62, 0.22] as const;

/**
 * Day → night by computed relighting, without real night photos. In linear light, colours lose half of their saturation
 * and are dimmed and tinted like moonlight. The sky (bright, smooth and connected to the upper edge) becomes deep blue.
 * Dark openings of a window's size are lit from inside, each with probability `lamps`, with a glow around them. As
 * these are random, a model can only learn where lamps may be.
 */
export const day2night = defineTask({
  description: 'Photos relit as if at night (computed, not photographed); AtoB learns day → night',
  a: 'the photo by day',
  b: 'the photo relit by moon and lamps',
  direction: 'AtoB',
  options: {
    darkness: {
      kind: 'number',
      default: 0.65,
      least: 0,
      most: 1,
      about: 'From dusk (0) to dark night (1)',
    },
    lamps: { kind: 'number', default: 0.5, least: 0, most: 1, about: 'Share of windows that are lit' },
  },
  derive(photo, { darkness, lamps }, random) {
    const light = planesOf(photo).map(plane => fillPlane(plane, i => toLinear(plane.data[i]!)));
    const sky = skyOf(photo);
    const lit = litWindows(photo, sky, lamps, random);
    const glow = gaussianBlur(lit, 0.02 * Math.min(photo.width, photo.height));
    const exposure = 0.8 * 0.2 ** darkness;
    const luminance = fillPlane(sky, i => lumaAt(light, i));
    const night = light.map((plane, c) =>
      fillPlane(plane, i => {
        const faded = 0.5 * (plane.data[i]! + luminance.data[i]!);
        const ground = faded * moonlight[c]! * exposure;
        const above = nightSky[c]! * (1.6 - darkness) * (0.6 + 0.4 * luminance.data[i]!);
        const lamp =
          lamplight[c]! * (lit.data[i]! * (0.25 + 3 * plane.data[i]!) + 0.9 * glow.data[i]! * faded);
        return toLevels(ground * (1 - sky.data[i]!) + above * sky.data[i]! + lamp);
      }),
    );
    return imageOf(night);
  },
});

/**
 * 1 inside lit windows, with soft edges. A window is darker than its surroundings, and neither tiny nor as large as a
 * wall.
 */
function litWindows(photo: Image, sky: Plane, chance: number, random: Random): Plane {
  const side = Math.min(photo.width, photo.height);
  const luma = gaussianBlur(lumaOf(photo), side / 256);
  const around = gaussianBlur(luma, 0.06 * side);
  const mask = Uint8Array.from(luma.data, (level, i) =>
    level < 0.8 * around.data[i]! && level < 110 && sky.data[i]! < 0.5 ? 1 : 0,
  );
  const lit = createPlane(photo.width, photo.height);
  for (const area of connectedAreas(mask, photo.width)) {
    const isOn = random.uniform() < chance;
    const brightness = 0.45 + 0.55 * random.uniform();
    if (!isOn || !hasWindowShape(area, photo.width, side)) continue;
    for (const pixel of area) lit.data[pixel] = brightness;
  }
  return gaussianBlur(lit, side / 400);
}

function hasWindowShape(area: readonly number[], pictureWidth: number, side: number): boolean {
  let [left, right, top, bottom] = [Number.POSITIVE_INFINITY, 0, Number.POSITIVE_INFINITY, 0];
  for (const pixel of area) {
    const x = pixel % pictureWidth;
    const y = Math.floor(pixel / pictureWidth);
    left = Math.min(left, x);
    right = Math.max(right, x + 1);
    top = Math.min(top, y);
    bottom = Math.max(bottom, y + 1);
  }
  const [width, height] = [right - left, bottom - top];
  const smallest = Math.min(width, height);
  const largest = Math.max(width, height);
  const isCompact = area.length > 0.55 * width * height;
  return isCompact && smallest > 0.02 * side && largest < 0.18 * side && largest < 4 * smallest;
}

function lumaAt(planes: readonly Plane[], i: number): number {
  return 0.2126 * planes[0]!.data[i]! + 0.7152 * planes[1]!.data[i]! + 0.0722 * planes[2]!.data[i]!;
}

/** sRGB level → linear light in [0, 1], and back. */
function toLinear(level: number): number {
  const x = level / 255;
  return x <= 0.04045 ? x / 12.92 : ((x + 0.055) / 1.055) ** 2.4;
}

function toLevels(light: number): number {
  const x = Math.min(light, 1);
  return 255 * (x <= 0.0031308 ? 12.92 * x : 1.055 * x ** (1 / 2.4) - 0.055);
}
