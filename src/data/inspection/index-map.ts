import { createImage, depthOf, fullScale, type Image } from '../../core/image.ts';
import { asRgb, colorsOf, type Picture } from '../../images/picture.ts';

const samplesAlong = 96;
const leastFlat = 0.7;
const mostIndices: Readonly<Record<number, number>> = { 8: 64, 16: 256 };
/** Segmentation data sets use it for pixels without a class. */
const ignored = 255;
/** Class numbers start from 0; drawings have grays up to white. */
const highestIndex = 200;

/**
 * The values of an index map, ascending: a gray picture whose levels are class or instance numbers (0, 1, 2 … and 255
 * for ignored pixels), as published with segmentation data sets; in 8 bits unless 16 are needed. Undefined for any
 * other picture: one that isn't gray, isn't exactly flat nearly everywhere, or has many levels.
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
 * All levels at up to 96×96 places of a gray picture, if most places equal their neighbours. White places don't count,
 * since white is the paper in drawings.
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

/** Like {@link asRgb}, but each number of an index map gets a distinct colour, so that people can see the classes. */
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

/**
 * A colour that differs from those of neighbouring numbers: hues by the golden angle, in four levels of light; 0 is
 * black.
 */
function colorOf(index: number): readonly number[] {
  if (index === 0) return [0, 0, 0];
  const hue = (index * 0.618034) % 1;
  const light = 120 + 45 * (index % 4);
  return [0, 1 / 3, 2 / 3].map(third =>
    Math.round(light * (0.5 + 0.5 * Math.cos(2 * Math.PI * (hue - third)))),
  );
}
