import type { Geometry } from './windows.ts';

/** Row-major. */
export type Matrix = readonly (readonly number[])[];

/**
 * A minimal filtering algorithm along one axis (Winograd 1980; Lavin & Gray 2015, arXiv:1509.09308): it computes a tile of
 * outputs with fewer products than there are pairs of outputs and taps. With ⊙ for the elementwise product,
 *
 *     outputs = tileOutputs · ((points · cells)[pointOf] ⊙ (kernels · taps)).
 *
 * In the papers' Aᵀ[(G·g) ⊙ (Bᵀ·d)], `tileOutputs` is Aᵀ, `kernels` is G, and the rows of `points` that `pointOf` picks are Bᵀ.
 */
export interface Scheme {
  /** Pixels of a cell along the axis; the pixels of a cell are side by side as channels. */
  readonly pixels: number;
  /** Neighbouring cells that a tile reads. */
  readonly cells: number;
  /** How many cells further on the next tile starts. */
  readonly step: number;
  /** [points][cells]. */
  readonly points: Matrix;
  /** The index of the point that each product uses. */
  readonly pointOf: readonly number[];
  /** [products][pixels of a cell][taps]: the weight of each kernel tap. */
  readonly kernels: readonly Matrix[];
  /** [outputs of a tile][products]. */
  readonly tileOutputs: Matrix;
}

/** Toom–Cook at 0, 1, −1 and ∞. */
const atFourPoints: Matrix = [
  [1, 0, -1, 0],
  [0, 1, 1, 0],
  [0, -1, 1, 0],
  [0, 1, 0, -1],
];

/** A cell, and how its neighbours differ from it. */
const differences: Matrix = [
  [1, -1, 0],
  [0, 1, 0],
  [0, -1, 1],
];

/** Three taps: F(2, 3) of Lavin & Gray. Two outputs take four products instead of six. */
const threeTaps: Scheme = {
  pixels: 1,
  cells: 4,
  step: 2,
  points: atFourPoints,
  pointOf: [0, 1, 2, 3],
  kernels: [[[1, 0, 0]], [[0.5, 0.5, 0.5]], [[0.5, -0.5, 0.5]], [[0, 0, 1]]],
  tileOutputs: [
    [1, 1, 1, 0],
    [0, 1, -1, -1],
  ],
};

/** Four taps: F(2, 4), by Toom–Cook at 0, 1, −1, 2 and ∞. Two outputs take five products instead of eight. */
const fourTaps: Scheme = {
  pixels: 1,
  cells: 5,
  step: 2,
  points: [
    [2, -1, -2, 1, 0],
    [0, -2, -1, 1, 0],
    [0, 2, -3, 1, 0],
    [0, -1, 0, 1, 0],
    [0, 2, -1, -2, 1],
  ],
  pointOf: [0, 1, 2, 3, 4],
  kernels: [
    [[1 / 2, 0, 0, 0]],
    [[-1 / 2, -1 / 2, -1 / 2, -1 / 2]],
    [[-1 / 6, 1 / 6, -1 / 6, 1 / 6]],
    [[1 / 6, 1 / 3, 2 / 3, 4 / 3]],
    [[0, 0, 0, 1]],
  ],
  tileOutputs: [
    [1, 1, 1, 1, 0],
    [0, 1, -1, 2, 1],
  ],
};

/**
 * Upsampling ×2, then three taps. Of cell d1 between d0 and d2, the even output is w0·d0 + (w1+w2)·d1, the odd one
 * (w0+w1)·d1 + w2·d2: three products, w0·(d0−d1), (w0+w1+w2)·d1 and w2·(d2−d1), instead of four.
 */
const upsampledThreeTaps: Scheme = {
  pixels: 1,
  cells: 3,
  step: 1,
  points: differences,
  pointOf: [0, 1, 2],
  kernels: [[[1, 0, 0]], [[1, 1, 1]], [[0, 0, 1]]],
  tileOutputs: [
    [1, 1, 0],
    [0, 1, 1],
  ],
};

/**
 * Upsampling ×2, then four taps. Per cell d the even output is a filter of (w0, w1+w2, w3), the odd one of (w0+w1, w2+w3).
 * Toom–Cook serves two cells of both with six products, as both share the one at 1.
 */
const upsampledFourTaps: Scheme = {
  pixels: 1,
  cells: 4,
  step: 2,
  points: atFourPoints,
  pointOf: [0, 1, 2, 3, 2, 3],
  kernels: [
    [[1, 0, 0, 0]],
    [[0.5, 0.5, 0.5, 0.5]],
    [[0.5, -0.5, -0.5, 0.5]],
    [[0, 0, 0, 1]],
    [[-0.5, -0.5, 0.5, 0.5]],
    [[0, 0, 1, 1]],
  ],
  tileOutputs: [
    [1, 1, 1, 0, 0, 0],
    [0, 1, 0, 0, 1, 0],
    [0, 1, -1, -1, 0, 0],
    [0, 1, 0, 0, -1, -1],
  ],
};

/**
 * Four taps with stride 2: in cells of two pixels a filter of two taps with stride 1, whose pairs of outputs take three
 * products instead of four: (d0−d1)·g0, d1·(g0+g1), (d2−d1)·g1.
 */
const stridedFourTaps: Scheme = {
  pixels: 2,
  cells: 3,
  step: 2,
  points: differences,
  pointOf: [0, 1, 2],
  kernels: [
    [
      [1, 0, 0, 0],
      [0, 1, 0, 0],
    ],
    [
      [1, 0, 1, 0],
      [0, 1, 0, 1],
    ],
    [
      [0, 0, 1, 0],
      [0, 0, 0, 1],
    ],
  ],
  tileOutputs: [
    [1, 1, 0],
    [0, 1, 1],
  ],
};

/** Schemes by the number of taps. */
type Schemes = Readonly<Partial<Record<number, Scheme>>>;

const schemesByStride: Readonly<Partial<Record<number, Schemes>>> = {
  1: { 3: threeTaps, 4: fourTaps },
  2: { 4: stridedFourTaps },
};
const upsampledSchemes: Schemes = { 3: upsampledThreeTaps, 4: upsampledFourTaps };

/** The scheme for a convolution of an image at its own resolution, null if there is none. */
export function schemeOf(g: Geometry): Scheme | null {
  const scheme = g.kernelHeight === g.kernelWidth ? schemesByStride[g.stride]?.[g.kernelHeight] : undefined;
  return scheme && readsAll(scheme, g) ? scheme : null;
}

/** The scheme for a convolution of an image that is upsampled ×2, whose size is in `g`; null if there is none. */
export function upsampledSchemeOf(g: Geometry): Scheme | null {
  const scheme = g.kernelHeight === g.kernelWidth ? upsampledSchemes[g.kernelHeight] : undefined;
  const isCentred = g.top === 1 && g.left === 1 && g.rows === 2 * g.height && g.columns === 2 * g.width;
  return scheme && isCentred && readsAll(scheme, g) ? scheme : null;
}

/** Tiles that a scheme needs for a number of outputs. */
export const tilesFor = ({ tileOutputs }: Scheme, outputs: number): number =>
  Math.ceil(outputs / tileOutputs.length);

/** Pixels along an axis that a number of tiles read. */
export function pixelsRead({ pixels, cells, step }: Scheme, tiles: number): number {
  return pixels * step * (tiles - 1 + Math.ceil(cells / step));
}

/** Whether the tiles read every pixel of the image: a padding that is cut off would leave some out. */
function readsAll(scheme: Scheme, g: Geometry): boolean {
  return (
    g.top + g.height <= pixelsRead(scheme, tilesFor(scheme, g.rows)) &&
    g.left + g.width <= pixelsRead(scheme, tilesFor(scheme, g.columns))
  );
}

/** The Kronecker product: the same scheme along rows and columns. */
export function kronecker(a: Matrix, b: Matrix): Matrix {
  return a.flatMap(rowOfA => b.map(rowOfB => rowOfA.flatMap(x => rowOfB.map(y => x * y))));
}
