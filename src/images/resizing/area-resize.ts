import { createImageLike, type Image, type Samples } from '../../core/image.ts';
import { type AxisWeights, areaWeights, stretchWeights } from './resize-weights.ts';

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
