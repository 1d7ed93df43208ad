/** What a layer of a network saw in one picture: the value of channel `c` at pixel `p` is `data[p · pixelStride + c · channelStride]`. */
export interface LayerFeatures {
  readonly data: Float32Array;
  readonly pixels: number;
  readonly channels: number;
  readonly pixelStride: number;
  readonly channelStride: number;
}

/** Keeps pixels without any features from being divided by zero, as Zhang et al. have it. */
const EPSILON = 1e-10;

/**
 * LPIPS (Zhang et al. 2018, arXiv:1801.03924, equation 1): in each layer, features of a pixel are scaled to length 1, the squared
 * differences weighted by channel and summed, and the mean over pixels taken; the sum over layers.
 * @param weights of each layer's channels; null: 1 each.
 */
export function perceptualDistance(
  picture: readonly LayerFeatures[],
  truth: readonly LayerFeatures[],
  weights: readonly (readonly number[] | null)[],
): number {
  return picture.reduce((sum, layer, i) => sum + layerDistance(layer, truth[i]!, weights[i] ?? null), 0);
}

function layerDistance(a: LayerFeatures, b: LayerFeatures, weights: readonly number[] | null): number {
  const { pixels, channels, pixelStride, channelStride } = a;
  let sum = 0;
  for (let p = 0; p < pixels; p++) {
    const [scaleA, scaleB] = [1 / (lengthAt(a, p) + EPSILON), 1 / (lengthAt(b, p) + EPSILON)];
    for (let c = 0; c < channels; c++) {
      const at = p * pixelStride + c * channelStride;
      sum += (weights?.[c] ?? 1) * (a.data[at]! * scaleA - b.data[at]! * scaleB) ** 2;
    }
  }
  return sum / pixels;
}

function lengthAt({ data, channels, pixelStride, channelStride }: LayerFeatures, pixel: number): number {
  let sum = 0;
  for (let c = 0; c < channels; c++) sum += data[pixel * pixelStride + c * channelStride]! ** 2;
  return Math.sqrt(sum);
}
