import { areClassNumbers, classColor } from '../../core/class-numbers.ts';
import { createImage, depthOf, fullScale, type Image } from '../../core/image.ts';
import type { Resampling } from '../../core/sizes.ts';
import { asRgb, colorsOf, type Picture } from '../../images/picture.ts';

/** The kind of a picture, according to its colours. */
export type PictureKind = 'photo' | 'label map' | 'drawing';

/** Red, green and blue, 0 to 255. */
export type PaletteColor = readonly [number, number, number];

/** The colours of a picture, for distinguishing label maps and drawings from photos. */
export interface Palette {
  readonly kind: PictureKind;
  /** The colours of flat areas, largest first; for index maps, the grays of their numbers up to 255. */
  readonly colors: readonly PaletteColor[];
  /** The share of pixels in flat areas. */
  readonly flat: number;
  /**
   * The share of these that have one of the colours to within JPEG's error. The largest colour, which may be a photo's
   * white sky, counts only if it is the only one. Photos have lower values than label maps.
   */
  readonly exact: number;
  /** Whether red, green and blue are nearly equal throughout. */
  readonly gray: boolean;
  /** The class numbers, if the picture is a label map whose gray levels are class numbers; otherwise null. */
  readonly indices: readonly number[] | null;
  /** Levels from one class number to the next: 257 in 16-bit pictures that were widened from 8 bits. */
  readonly levelsPerIndex: 1 | 257;
}

const samplesAlong = 96;
// Largest difference in any channel, in levels: between neighbours in a flat area; between a label's colour and its
// pixels (JPEG changes them by about 6, more near edges); and, within a picture, between a frequent colour and those
// that belong to it.
const flatRange = 10;
const exactRange = 8;
const peakWidth = 16;
const mostColors = 32;

/** Examines a grid of up to 96×96 pixels and their neighbours. */
export function paletteOf(picture: Picture): Palette {
  const { flatPixels, samples, gray } = sampleFlat(asRgb(picture));
  const flat = samples === 0 ? 0 : flatPixels.length / samples;
  const found = indicesOf(picture);
  if (found) {
    return { kind: 'label map', colors: graysOf(found.indices), flat, exact: 1, gray: true, ...found };
  }
  const { colors, exact } = modesOf(flatPixels);
  const kind = kindOf(colors, flat, exact, gray);
  return { kind, colors, flat, exact, gray, indices: null, levelsPerIndex: 1 };
}

/** The grays that represent numbers in 8-bit pictures. */
export function graysOf(indices: readonly number[]): PaletteColor[] {
  return indices.filter(index => index <= 255).map(index => [index, index, index]);
}

/** All numbers that index maps hold; null if there are no maps, or if some are not index maps. */
export function commonIndices(labels: readonly Palette[]): number[] | null {
  if (labels.length === 0 || labels.some(({ indices }) => indices === null)) return null;
  return [...new Set(labels.flatMap(({ indices }) => indices ?? []))].sort((a, b) => a - b);
}

/** How to resize a picture: in a label map, mixed colours would be wrong classes. */
export function resamplingOf(picture: Picture): Resampling {
  return paletteOf(picture).kind === 'label map' ? 'nearest' : 'area';
}

// 95 % of the facades' photos have an `exact` below 0.86; 99 % of their label maps are above it, and still 90 % after
// being saved as JPEG a second time, with quality 50.
function kindOf(colors: readonly PaletteColor[], flat: number, exact: number, gray: boolean): PictureKind {
  if (flat < 0.15) return 'photo';
  if (gray) return colors.length <= 3 && exact > 0.9 ? 'drawing' : exact > 0.95 ? 'label map' : 'photo';
  return colors.length <= 28 && exact > 0.86 ? 'label map' : 'photo';
}

function sampleFlat({ width, height, data }: Image) {
  const flatPixels: PaletteColor[] = [];
  const step = Math.max(1, Math.ceil(Math.max(width, height) / samplesAlong));
  // The distance from an edge at which JPEG's ringing has faded: 3 pixels at 256.
  const offset = Math.min(Math.max(Math.round(Math.min(width, height) / 85), 1), 3);
  let samples = 0;
  let colored = 0;
  for (let y = 0; y + offset < height; y += step) {
    for (let x = 0; x + offset < width; x += step) {
      const at = (y * width + x) * 3;
      const color: PaletteColor = [data[at]!, data[at + 1]!, data[at + 2]!];
      samples++;
      if (Math.max(...color) - Math.min(...color) > 10) colored++;
      if (isFlat(data, at, offset * 3, offset * width * 3)) flatPixels.push(color);
    }
  }
  return { flatPixels, samples, gray: colored <= 0.01 * samples };
}

/** Whether a pixel hardly differs from those to the right, below, and below to the right. */
function isFlat(data: Uint8Array, at: number, right: number, below: number): boolean {
  for (const neighbour of [at + right, at + below, at + below + right]) {
    for (let c = 0; c < 3; c++) {
      if (Math.abs(data[at + c]! - data[neighbour + c]!) > flatRange) return false;
    }
  }
  return true;
}

/** Picks the most frequent colour, then the most frequent that isn't like it, and so on. */
function modesOf(pixels: readonly PaletteColor[]): { colors: PaletteColor[]; exact: number } {
  const colors: PaletteColor[] = [];
  let rest = pixels;
  let exact = 0;
  let all = pixels.length;
  while (rest.length > 0.003 * pixels.length && colors.length < mostColors) {
    const mode = mostFrequent(rest);
    colors.push(mode);
    exact += rest.filter(color => colorDistance(color, mode) <= exactRange).length;
    rest = rest.filter(color => colorDistance(color, mode) > peakWidth);
    if (colors.length === 1 && rest.length > 0.05 * pixels.length) {
      exact = 0;
      all = rest.length;
    }
  }
  return { colors, exact: all === 0 ? 0 : exact / all };
}

function mostFrequent(pixels: readonly PaletteColor[]): PaletteColor {
  const bins = new Map<number, { count: number; sum: [number, number, number] }>();
  for (const [r, g, b] of pixels) {
    const key = ((r >> 3) << 10) | ((g >> 3) << 5) | (b >> 3);
    const bin = bins.get(key) ?? { count: 0, sum: [0, 0, 0] };
    bin.count++;
    bin.sum[0] += r;
    bin.sum[1] += g;
    bin.sum[2] += b;
    bins.set(key, bin);
  }
  const largest = [...bins.values()].reduce((best, bin) => (bin.count > best.count ? bin : best));
  const [r, g, b] = largest.sum.map(sum => Math.round(sum / largest.count));
  return [r!, g!, b!];
}

/** The largest difference of two colours in any channel. */
export function colorDistance(a: readonly number[], b: readonly number[]): number {
  return Math.max(Math.abs(a[0]! - b[0]!), Math.abs(a[1]! - b[1]!), Math.abs(a[2]! - b[2]!));
}

const leastFlat = 0.7;
const mostIndices: Readonly<Record<number, number>> = { 8: 64, 16: 256 };

/**
 * The values of an index map, ascending: a gray picture whose levels are class or instance numbers (0, 1, 2 … and 255
 * for ignored pixels), as published with segmentation data sets; in 8 bits unless 16 are needed. Undefined for any
 * other picture: one that isn't gray, isn't exactly flat nearly everywhere, or has many levels.
 */
function indicesOf(picture: Picture): (Pick<Palette, 'levelsPerIndex'> & { indices: number[] }) | undefined {
  const depth = depthOf(picture.image);
  const sampled = depth === 32 ? undefined : sampleFlatGray(picture);
  if (!sampled) return undefined;
  const levelsPerIndex = depth === 16 && [...sampled].every(level => level % 257 === 0) ? 257 : 1;
  const indices = [...sampled].map(level => level / levelsPerIndex).sort((a, b) => a - b);
  const isDeep = depth === 16 && levelsPerIndex === 1;
  if (indices.length > mostIndices[isDeep ? 16 : 8]!) return undefined;
  return isDeep || areClassNumbers(indices) ? { indices, levelsPerIndex } : undefined;
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
  const found = indicesOf(picture);
  if (!found) return asRgb(picture);
  const { width, height, channels, data } = picture.image;
  const shown = createImage(width, height);
  const colors = new Map<number, readonly number[]>();
  for (let i = 0; i < width * height; i++) {
    const index = data[i * channels]! / found.levelsPerIndex;
    if (!colors.has(index)) colors.set(index, classColor(index));
    shown.data.set(colors.get(index)!, 3 * i);
  }
  return shown;
}
