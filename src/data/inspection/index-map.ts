import { createImage, depthOf, fullScale, type Image } from '../../core/image.ts';
import { asRgb, colorsOf, type Picture } from '../../images/picture.ts';

const samplesAlong = 96;
const leastFlat = 0.7;
const mostIndices: Readonly<Record<number, number>> = { 8: 64, 16: 256 };
/** Segmentation sets mark by it what belongs to no class. */
const ignored = 255;
/** Drawings have grays up to white; classes are counted from 0. */
const highestIndex = 200;

/**
 * The numbers in a gray picture whose levels are no brightness but numbers of classes or instances (0, 1, 2 … and 255
 * for what is ignored), as segmentation sets publish them; ascending, in 8 bits unless 16 are needed. Undefined for any
 * other picture: one that isn't gray, nor flat to the bit nearly everywhere, or has more than a few levels.
 */
export function indicesOf(picture: Picture): number[] | undefined {
  const depth = depthOf(picture.image);
  const sampled = depth === 32 ? undefined : sampleFlatGray(picture);
  if (!sampled) return undefined;
  const isWidened = depth === 16 && [...sampled].every(level => level % 257 === 0);
  const levels = [...sampled].map(level => (isWidened ? level / 257 : level)).sort((a, b) => a - b);
  const isDeep = depth === 16 && !isWidened;
  if (levels.length > mostIndices[isDeep ? 16 : 8]!) return undefined;
  if (isDeep) return levels;
  const counted = levels.filter(level => level !== ignored);
  return counted.length > 1 && counted.at(-1)! <= highestIndex ? levels : undefined;
}

/**
 * All levels at up to 96×96 places of a gray picture, if most places equal their neighbours; those of white don't count,
 * which is paper in drawings.
 */
function sampleFlatGray(picture: Picture): Set<number> | undefined {
  const { width, height, channels, data } = picture.image;
  const colors = colorsOf(picture);
  if (colors !== 1 && colors !== 3) return undefined;
  const step = Math.max(1, Math.ceil(Math.max(width, height) / samplesAlong));
  const levels = new Set<number>();
  const white = fullScale(depthOf(picture.image));
  let [samples, flat] = [0, 0];
  for (let y = 0; y + 1 < height; y += step) {
    for (let x = 0; x + 1 < width; x += step) {
      const at = (y * width + x) * channels;
      const level = data[at]!;
      if (colors === 3 && (data[at + 1] !== level || data[at + 2] !== level)) return undefined;
      levels.add(level);
      if (level === white) continue;
      samples++;
      if (data[at + channels] === level && data[at + width * channels] === level) flat++;
    }
  }
  return samples > 0 && flat >= leastFlat * samples ? levels : undefined;
}

/** {@link asRgb}, in which each number of an index map has a colour of its own, so that people can tell them apart. */
export function visible(picture: Picture): Image {
  const indices = indicesOf(picture);
  if (!indices) return asRgb(picture);
  const { width, height, channels, data } = picture.image;
  const largest = Math.max(...indices);
  const scale = depthOf(picture.image) === 16 && largest <= 255 ? 257 : 1;
  const shown = createImage(width, height);
  const colors = new Map<number, readonly number[]>();
  for (let i = 0; i < width * height; i++) {
    const index = data[i * channels]! / scale;
    if (!colors.has(index)) colors.set(index, colorOf(index));
    shown.data.set(colors.get(index)!, 3 * i);
  }
  return shown;
}

/** Far from those of the numbers beside it: hues by the golden angle, in turns of lighter and darker; 0 is black. */
function colorOf(index: number): readonly number[] {
  if (index === 0) return [0, 0, 0];
  const hue = (index * 0.618034) % 1;
  const light = 120 + 45 * (index % 4);
  return [0, 1 / 3, 2 / 3].map(third =>
    Math.round(light * (0.5 + 0.5 * Math.cos(2 * Math.PI * (hue - third)))),
  );
}
