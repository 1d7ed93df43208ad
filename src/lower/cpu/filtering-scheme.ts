/** Row-major. */
export type Matrix = readonly (readonly number[])[];

/**
 * A minimal filtering algorithm along one axis (Winograd 1980; Lavin & Gray 2015, arXiv:1509.09308): it computes a tile of
 * outputs with fewer products than there are pairs of outputs and taps. With ⊙ for the elementwise product,
 *
 *     outputs = tileOutputs · ((points · cells)[pointOf] ⊙ (kernels · taps)).
 *
 * In the papers' Aᵀ[(G·g) ⊙ (Bᵀ·d)], `tileOutputs` is Aᵀ, `kernels` is G, and the rows of `points` that `pointOf` picks are Bᵀ.
 * A tile reads `cells` neighbouring cells, and the next tile starts two cells further on.
 */
export interface Scheme {
  /** Pixels of a cell along the axis; the pixels of a cell are side by side as channels. */
  readonly pixels: number;
  readonly cells: number;
  /** [points][cells], of −1, 0 and 1. */
  readonly points: Matrix;
  /** The index of the point that each product uses. */
  readonly pointOf: readonly number[];
  /** [products][pixels of a cell][taps]: the weight of each kernel tap. */
  readonly kernels: readonly Matrix[];
  /** [outputs of a tile][products]. */
  readonly tileOutputs: Matrix;
}

/**
 * Upsampling ×2, then four taps. Per cell d the even output is a filter of (w0, w1+w2, w3), the odd one of (w0+w1, w2+w3).
 * Toom–Cook at 0, 1, −1 and ∞ serves two cells of both with six products, as both share the one at 1.
 */
export const upsampledScheme: Scheme = {
  pixels: 1,
  cells: 4,
  points: [
    [1, 0, -1, 0],
    [0, 1, 1, 0],
    [0, -1, 1, 0],
    [0, 1, 0, -1],
  ],
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
export const stridedScheme: Scheme = {
  pixels: 2,
  cells: 3,
  points: [
    [1, -1, 0],
    [0, 1, 0],
    [0, -1, 1],
  ],
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

/** The Kronecker product: the same scheme along rows and columns. */
export function kronecker(a: Matrix, b: Matrix): Matrix {
  return a.flatMap(rowOfA => b.map(rowOfB => rowOfA.flatMap(x => rowOfB.map(y => x * y))));
}
