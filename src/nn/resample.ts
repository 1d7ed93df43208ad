import { concat, constant, conv2d, divide, reverse, slice, type Tensor } from '../graph/index.ts';

/** Surrounds images by their own reflection, the border row itself left out: [N,H,W,C] → [N,H+2w,W+2w,C]. */
export function reflectPad(x: Tensor, width: number): Tensor {
  return reflectAxis(reflectAxis(x, 1, width), 2, width);
}

function reflectAxis(x: Tensor, axis: number, width: number): Tensor {
  const length = x.shape[axis]!;
  if (length <= width) throw new Error(`Cannot reflect ${width} pixels of an image ${length} long`);
  const strip = (first: number) =>
    reverse(
      slice(
        x,
        x.shape.map((_, i) => (i === axis ? first : 0)),
        x.shape.map((size, i) => (i === axis ? width : size)),
      ),
      axis,
    );
  return concat([strip(1), x, strip(length - 1 - width)], axis);
}

/**
 * Means of 3×3 blocks of stride 2, at borders of what lies inside: [N,H,W,C] → [N,⌈H/2⌉,⌈W/2⌉,C].
 * How Pix2PixHD (Wang et al. 2018, section 3.2) shrinks pairs for its coarser discriminators.
 */
export function halve(x: Tensor): Tensor {
  const channels = x.shape.at(-1)!;
  const kernel = new Float32Array(9 * channels * channels);
  for (let i = 0; i < 9 * channels; i++) kernel[i * channels + (i % channels)] = 1;
  const geometry = { stride: 2, padding: [1, 1, 1, 1] };
  const sums = conv2d(x, constant(kernel, [3, 3, channels, channels]), geometry);
  const [, rows, columns] = sums.shape as [number, number, number, number];
  const [down, across] = [seen(x.shape[1]!, rows), seen(x.shape[2]!, columns)];
  const counts = down.flatMap(vertical => across.map(horizontal => vertical * horizontal));
  return divide(sums, constant(counts, [1, rows, columns, 1]));
}

/** How many of the three rows around each second row, from −1 on, lie within `length`. */
function seen(length: number, count: number): number[] {
  return Array.from({ length: count }, (_, i) => Math.min(2 * i + 2, length) - Math.max(2 * i - 1, 0));
}
