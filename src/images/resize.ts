import { UserError } from '../core/errors.ts';
import { createImageLike, cropImage, type Image, type Samples } from '../core/image.ts';
import type { Resampling, Size, SizeMode } from '../core/sizes.ts';

/**
 * Resizes like OpenCV's INTER_AREA, to within one level, for any number of channels and any depth: shrinking averages
 * the covered area exactly, enlarging blends two neighbours (see {@link stretchWeights}). An image that already has the
 * wanted size (in pixels) is returned without a copy.
 */
export function areaResize<Data extends Samples>(
  image: Image<Data>,
  width: number,
  height: number,
): Image<Data> {
  if (image.width === width && image.height === height) return image;
  const weightsFor = width <= image.width && height <= image.height ? areaWeights : stretchWeights;
  return resizeWith(image, weightsFor(image.width, width), weightsFor(image.height, height));
}

/** Resizes by given weights along x and along y, rounding once at the end. */
export function resizeWith<Data extends Samples>(
  image: Image<Data>,
  alongX: AxisWeights,
  alongY: AxisWeights,
): Image<Data> {
  const resized = createImageLike(image, alongX.first.length, alongY.first.length);
  resizeColumns(resizeRows(image, alongX), alongY, resized);
  return resized;
}

/** [H, W, C] → [H, W′, C], still unrounded. */
function resizeRows(image: Image<Samples>, axis: AxisWeights): Float32Array {
  const { channels, data } = image;
  const { first, start, weights } = axis;
  const width = first.length;
  const out = new Float32Array(image.height * width * channels);
  let to = 0;
  for (let y = 0; y < image.height; y++) {
    const row = y * image.width;
    for (let x = 0; x < width; x++) {
      const from = (row + first[x]!) * channels;
      const end = start[x + 1]!;
      for (let c = 0; c < channels; c++) {
        let sum = 0;
        for (let k = start[x]!, i = from + c; k < end; k++, i += channels) sum += weights[k]! * data[i]!;
        out[to++] = sum;
      }
    }
  }
  return out;
}

/** [H, W′, C] → [H′, W′, C], integers clamped and rounded half to even as OpenCV's `cvRound` does. */
function resizeColumns(
  rows: Float32Array,
  axis: AxisWeights,
  { width, channels, data }: Image<Samples>,
): void {
  const { first, start, weights } = axis;
  const store = storeInto(data);
  const rowLength = width * channels;
  const sums = new Float32Array(rowLength);
  for (let y = 0; y < first.length; y++) {
    sums.fill(0);
    for (let k = start[y]!; k < start[y + 1]!; k++) {
      const from = (first[y]! + k - start[y]!) * rowLength;
      for (let i = 0; i < rowLength; i++) sums[i]! += weights[k]! * rows[from + i]!;
    }
    store(sums, y * rowLength);
  }
}

function storeInto(data: Samples): (sums: Float32Array, at: number) => void {
  if (data instanceof Float32Array) return (sums, at) => data.set(sums, at);
  if (data instanceof Uint8Array) {
    const rounded = new Uint8ClampedArray(data.buffer, data.byteOffset, data.length);
    return (sums, at) => rounded.set(sums, at);
  }
  return (sums, at) => {
    for (let i = 0; i < sums.length; i++)
      data[at + i] = roundHalfToEven(Math.min(Math.max(sums[i]!, 0), 65535));
  };
}

function roundHalfToEven(value: number): number {
  const below = Math.floor(value);
  const half = value - below === 0.5;
  return half ? below + (below % 2) : Math.round(value);
}

/**
 * Weights for resizing one axis: output `i` is the sum over `k` in [start[i], start[i + 1]) of `weights[k] ·
 * input[first[i] + k − start[i]]`.
 */
interface AxisWeights {
  readonly first: Int32Array;
  readonly start: Int32Array;
  readonly weights: Float32Array;
}

/** Each output is the mean of the inputs it covers; requires `to ≤ from`. OpenCV's `computeResizeAreaTab`. */
function areaWeights(from: number, to: number): AxisWeights {
  const scale = from / to;
  return collectWeights(to, i => {
    const begin = i * scale;
    const end = Math.min(begin + scale, from);
    // An overlap of less than a thousandth of a pixel is a rounding error and gets no tap.
    const first = Math.floor(begin + 1e-3);
    const last = Math.max(first, Math.ceil(end - 1e-3) - 1);
    const taps = [];
    for (let x = first; x <= last; x++)
      taps.push((Math.min(end, x + 1) - Math.max(begin, x)) / (end - begin));
    return { first, taps };
  });
}

/**
 * OpenCV's INTER_AREA if either axis grows: two taps, blended only where an output overlaps two inputs, so that
 * enlarging by a whole number repeats pixels. It is then used for both axes, even for one that shrinks.
 */
function stretchWeights(from: number, to: number): AxisWeights {
  const inverse = to / from;
  const scale = 1 / inverse; // not from / to: the floor() below needs OpenCV's rounding
  return collectWeights(to, i => {
    const first = Math.min(Math.floor(i * scale), from - 1);
    const overlap = i + 1 - (first + 1) * inverse;
    const blend = overlap <= 0 || first === from - 1 ? 0 : overlap - Math.floor(overlap);
    return { first, taps: blend === 0 ? [1] : [1 - blend, blend] };
  });
}

/** Cubic convolution (Keys 1981, a = −½) for enlarging; border samples are repeated. */
export function cubicWeights(from: number, to: number): AxisWeights {
  return collectWeights(to, i => {
    const center = ((i + 0.5) * from) / to - 0.5;
    const first = Math.max(0, Math.floor(center) - 1);
    const last = Math.min(from - 1, Math.floor(center) + 2);
    const taps = new Array<number>(last - first + 1).fill(0);
    for (let x = Math.floor(center) - 1; x <= Math.floor(center) + 2; x++) {
      taps[Math.min(Math.max(x, first), last) - first]! += cubic(Math.abs(x - center));
    }
    return { first, taps };
  });
}

/** Nearest neighbour, for pictures whose colours must not be mixed: each output is the input at its centre. */
export function nearestWeights(from: number, to: number): AxisWeights {
  return collectWeights(to, i => ({ first: Math.floor(((i + 0.5) * from) / to), taps: [1] }));
}

function cubic(distance: number): number {
  if (distance >= 2) return 0;
  if (distance >= 1) return ((-0.5 * distance + 2.5) * distance - 4) * distance + 2;
  return (1.5 * distance - 2.5) * distance * distance + 1;
}

function collectWeights(to: number, at: (i: number) => { first: number; taps: number[] }): AxisWeights {
  const first = new Int32Array(to);
  const start = new Int32Array(to + 1);
  const weights: number[] = [];
  for (let i = 0; i < to; i++) {
    const output = at(i);
    first[i] = output.first;
    weights.push(...output.taps);
    start[i + 1] = weights.length;
  }
  return { first, start, weights: Float32Array.from(weights) };
}

type Picture = Image<Samples>;

/** The size to which a picture is scaled before `size` is cropped from it; at least as large as `size`. */
const scaledSizes: Record<SizeMode, (picture: Picture, size: Size, jitter: number) => Size> = {
  resize: (_, size) => size,
  'resize-and-crop': (_, [height, width], jitter) => [
    Math.round(height * jitter),
    Math.round(width * jitter),
  ],
  'scale-width': (picture, size, jitter) => scaled(picture, size, (size[1] * jitter) / picture.width),
  'scale-shorter-side': (picture, size, jitter) =>
    scaled(picture, size, coveringScale(picture, size) * jitter),
  crop: (picture, size) => scaled(picture, size, 1),
  none: (picture, size) => {
    if (picture.height === size[0] && picture.width === size[1]) return size;
    throw new UserError(
      `Cannot use images of ${picture.height}×${picture.width} without resizing: the networks take ${size.join('×')}; ` +
        'use --resize resize, or another --size',
    );
  },
};

/** See {@link SizeMode}. Modes that keep the aspect ratio enlarge pictures that would not cover `size`. */
export function scaledSize(mode: SizeMode, picture: Picture, size: Size, jitter: number): Size {
  return scaledSizes[mode](picture, size, jitter);
}

function scaled(picture: Picture, size: Size, wanted: number): Size {
  const scale = Math.max(wanted, coveringScale(picture, size));
  const grown = (length: number, least: number) => Math.max(least, Math.round(length * scale));
  return [grown(picture.height, size[0]), grown(picture.width, size[1])];
}

function coveringScale({ height, width }: Picture, size: Size): number {
  return Math.max(size[0] / height, size[1] / width);
}

export function resample<Data extends Samples>(
  image: Image<Data>,
  [height, width]: Size,
  resampling: Resampling,
): Image<Data> {
  if (resampling === 'area') return areaResize(image, width, height);
  if (image.width === width && image.height === height) return image;
  return resizeWith(image, nearestWeights(image.width, width), nearestWeights(image.height, height));
}

/** How a picture becomes a square: cropped from its centre, or squeezed. */
export const fits = ['crop', 'squeeze'] as const;
export type Fit = (typeof fits)[number];

/** A half of a side-by-side picture: A is left, B is right. */
export const halves = ['A', 'B'] as const;
export type Half = (typeof halves)[number];

/** Makes a square of `size`×`size` pixels; smaller pictures are enlarged. */
export function squarePicture<Data extends Samples>(
  image: Image<Data>,
  size: number,
  fit: Fit,
  resampling: Resampling = 'area',
): Image<Data> {
  if (fit === 'squeeze') return resample(image, [size, size], resampling);
  const side = Math.min(image.width, image.height);
  const left = Math.floor((image.width - side) / 2);
  const top = Math.floor((image.height - side) / 2);
  return resample(cropImage(image, left, top, side, side), [size, size], resampling);
}

/** The columns of the left or right half of a picture. Throws {@link UserError} if it is too narrow to have halves. */
export function columnsOfHalf(
  width: number,
  half: Half,
  name: string,
): { readonly left: number; readonly width: number } {
  const halved = Math.floor(width / 2);
  if (halved < 1) {
    throw new UserError(
      `Cannot take half ${half} of "${name}": it is ${width} pixel wide, expected 2 or more`,
    );
  }
  return { left: half === 'A' ? 0 : width - halved, width: halved };
}

/** The left or right half of a picture. Throws {@link UserError} if it is too narrow to have halves. */
export function halfOf<Data extends Samples>(image: Image<Data>, half: Half, name: string): Image<Data> {
  const { left, width } = columnsOfHalf(image.width, half, name);
  return cropImage(image, left, 0, width, image.height);
}
