/**
 * A layer's features of one picture: the value of channel `c` at pixel `p` is `data[p · pixelStride + c ·
 * channelStride]`.
 */
export interface LayerFeatures {
  readonly data: Float32Array;
  readonly pixels: number;
  readonly channels: number;
  readonly pixelStride: number;
  readonly channelStride: number;
}

/** Avoids division by zero for pixels without features, as in Zhang et al. */
const EPSILON = 1e-10;

/**
 * LPIPS (Zhang et al. 2018, arXiv:1801.03924, equation 1): in each layer the features of a pixel are scaled to length
 * 1, and the squared differences are weighted by channel, summed, and averaged over pixels. The result is the sum over
 * layers.
 * @param weights one per channel for each layer; null: all 1.
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
