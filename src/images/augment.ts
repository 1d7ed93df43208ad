import { createImageLike, depthOf, fullScale, type Image, type Samples } from '../core/image.ts';
import { lumaOfColor } from '../core/luma.ts';
import type { Resampling, Size } from '../core/sizes.ts';

/** A rotated and zoomed view of a picture. */
export interface View {
  /** Its centre in the picture, in pixels. */
  readonly across: number;
  readonly down: number;
  /** Radians, clockwise. */
  readonly angle: number;
  /** Magnification. */
  readonly zoom: number;
}

/** Renders a view of `size`. Outside its borders the picture is mirrored. Bilinear, unless `resampling` is nearest. */
export function warp<Data extends Samples>(
  image: Image<Data>,
  { across, down, angle, zoom }: View,
  size: Size,
  resampling: Resampling,
): Image<Data> {
  const [height, width] = size;
  const view = createImageLike(image, width, height);
  const [cos, sin] = [Math.cos(angle) / zoom, Math.sin(angle) / zoom];
  const sample = samplers[resampling];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const [right, below] = [x + 0.5 - width / 2, y + 0.5 - height / 2];
      const fromX = across + right * cos + below * sin - 0.5;
      const fromY = down - right * sin + below * cos - 0.5;
      sample(image, fromX, fromY, view.data, (y * width + x) * image.channels);
    }
  }
  return view;
}

type Sampler = (image: Image<Samples>, x: number, y: number, out: Samples, to: number) => void;

const nearest: Sampler = (image, x, y, out, to) => {
  const from = pixelAt(image, Math.round(x), Math.round(y));
  for (let c = 0; c < image.channels; c++) out[to + c] = image.data[from + c]!;
};

const blend: Sampler = (image, x, y, out, to) => {
  const [left, top] = [Math.floor(x), Math.floor(y)];
  const [toRight, toBottom] = [x - left, y - top];
  const corners = [
    [pixelAt(image, left, top), (1 - toRight) * (1 - toBottom)],
    [pixelAt(image, left + 1, top), toRight * (1 - toBottom)],
    [pixelAt(image, left, top + 1), (1 - toRight) * toBottom],
    [pixelAt(image, left + 1, top + 1), toRight * toBottom],
  ] as const;
  const isFloat = out instanceof Float32Array;
  for (let c = 0; c < image.channels; c++) {
    const value = corners.reduce((sum, [from, weight]) => sum + weight * image.data[from + c]!, 0);
    out[to + c] = isFloat ? value : Math.round(value);
  }
};

/** Reads a pixel at any place: the nearest one, or a bilinear mix of four. */
export const samplers: Readonly<Record<Resampling, Sampler>> = { area: blend, nearest };

function pixelAt({ width, height, channels }: Image<Samples>, x: number, y: number): number {
  return (mirrored(y, height) * width + mirrored(x, width)) * channels;
}

/** 0 1 2 1 0 1 2 … */
function mirrored(place: number, length: number): number {
  if (length === 1) return 0;
  const period = 2 * (length - 1);
  const within = ((place % period) + period) % period;
  return within < length ? within : period - within;
}

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
    const gray = colors === 3 ? lumaOfColor(data[at]!, data[at + 1]!, data[at + 2]!) : 0;
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

/** A square of a picture: its centre and side, as shares of the picture's width, height and shorter side. */
export interface Square {
  readonly across: number;
  readonly down: number;
  readonly side: number;
}

export function drawSquare(random: { uniform(): number }, side: number): Square {
  return { across: random.uniform(), down: random.uniform(), side };
}

/** Cutout (DeVries & Taylor 2017, arXiv:1708.04552): middle gray in a square, of which a part may be outside. Opacity stays. */
export function cutout<Data extends Samples>(
  image: Image<Data>,
  { across, down, side }: Square,
): Image<Data> {
  const { width, height, channels } = image;
  const cut = createImageLike(image, width, height);
  cut.data.set(image.data);
  const half = (side * Math.min(width, height)) / 2;
  const colors = channels === 2 || channels === 4 ? channels - 1 : channels;
  const gray = fullScale(depthOf(image)) / 2;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const isInside = Math.abs(x + 0.5 - across * width) < half && Math.abs(y + 0.5 - down * height) < half;
      if (isInside) cut.data.fill(gray, (y * width + x) * channels, (y * width + x) * channels + colors);
    }
  }
  return cut;
}
