import { createImageLike, depthOf, fullScale, type Image, type Samples } from '../core/image.ts';

/** Factors for colours; 1 means no change. */
export interface Tint {
  readonly brightness: number;
  /** Relative to middle gray. */
  readonly contrast: number;
  /** Of RGB, relative to each pixel's brightness. */
  readonly saturation: number;
}

/**
 * Changes brightness, contrast and saturation, clamped. Opacity, the second of two or fourth of four channels, stays.
 */
export function recolor<Data extends Samples>(image: Image<Data>, tint: Tint): Image<Data> {
  const { brightness, contrast, saturation } = tint;
  const { width, height, channels, data } = image;
  const white = fullScale(depthOf(image));
  const tinted = createImageLike(image, width, height);
  const colors = channels === 2 || channels === 4 ? channels - 1 : channels;
  const finish = data instanceof Float32Array ? (sample: number) => sample : Math.round;
  for (let at = 0; at < data.length; at += channels) {
    const gray = colors === 3 ? 0.299 * data[at]! + 0.587 * data[at + 1]! + 0.114 * data[at + 2]! : 0;
    for (let c = 0; c < colors; c++) {
      const sample = data[at + c]!;
      const saturated = colors === 3 ? gray + (sample - gray) * saturation : sample;
      const level = ((saturated - white / 2) * contrast + white / 2) * brightness;
      tinted.data[at + c] = finish(Math.min(Math.max(level, 0), white));
    }
    if (colors < channels) tinted.data[at + colors] = data[at + colors]!;
  }
  return tinted;
}
