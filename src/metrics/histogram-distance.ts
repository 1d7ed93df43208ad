import type { Image } from '../core/image.ts';
import { assertComparable } from './planes.ts';

const LEVELS = 256;

/**
 * How much the colours differ, regardless of where they are in the picture: the earth mover's distance between both
 * pictures' histograms of a channel (the area between their cumulative sums), mean over channels, in 8-bit levels: from
 * 0 to 255.
 */
export function histogramDistance(image: Image, truth: Image): number {
  assertComparable(image, truth);
  const { channels, width, height } = image;
  let distance = 0;
  for (let channel = 0; channel < channels; channel++) {
    const [here, there] = [histogram(image, channel), histogram(truth, channel)];
    let surplus = 0;
    for (let level = 0; level < LEVELS; level++) {
      surplus += here[level]! - there[level]!;
      distance += Math.abs(surplus);
    }
  }
  return distance / (channels * width * height);
}

function histogram({ data, channels }: Image, channel: number): Float64Array {
  const counts = new Float64Array(LEVELS);
  for (let i = channel; i < data.length; i += channels) counts[data[i]!]!++;
  return counts;
}
