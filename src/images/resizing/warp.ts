import { createImageLike, type Image, type Samples } from '../../core/image.ts';
import type { Resampling, Size } from '../../core/sizes.ts';

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
  const sample = resampling === 'area' ? blend : nearest;
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
