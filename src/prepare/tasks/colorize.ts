import { fillPlane, grayImageOf, lumaOf } from '../../images/plane.ts';
import { addNoise } from '../pixels/noise.ts';
import { defineTask } from './task.ts';

/** Gray → colour. B is the photo's brightness, optionally faded and grainy like an old print. */
export const colorize = defineTask({
  description: 'Photos in gray; BtoA learns to colour them',
  a: 'the photo',
  b: 'its brightness in gray',
  direction: 'BtoA',
  options: {
    fade: {
      kind: 'number',
      default: 0,
      least: 0,
      most: 0.9,
      about: 'Loss of contrast, as in old prints; 0 to 0.9',
    },
    grain: { kind: 'number', default: 0, least: 0, most: 80, about: 'Film grain, on a scale of 0 to 255' },
  },
  derive(photo, { fade, grain }, random) {
    const luma = lumaOf(photo);
    const gray = grayImageOf(fillPlane(luma, i => luma.data[i]! * (1 - fade) + 128 * fade));
    if (grain === 0) return gray;
    // One draw per pixel, so that grain is gray.
    const single = { ...gray, channels: 1, data: gray.data.filter((_, i) => i % 3 === 0) };
    return grayImageOf(lumaOf(addNoise(single, random, () => grain)));
  },
});
