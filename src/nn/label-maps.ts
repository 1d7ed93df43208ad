import {
  abs,
  add,
  concat,
  constant,
  conv2d,
  reflectPad,
  select,
  slice,
  square,
  subtract,
  sum,
  type Tensor,
} from '../graph/index.ts';

/** Red, green and blue, 0 to 255. */
export type LabelColor = readonly [number, number, number];

// Half of the smallest difference between two squared distances of colours in 8 bits, so that rounding never decides.
const MARGIN = 0.5 / 127.5 ** 2;
/** Half of the difference between two neighbouring ids of 16 bits. */
const HALF_ID_STEP = 1 / 65535;

/**
 * The index of the nearest colour, the first if there are several: images [N,H,W,3] on [−1, 1] → indices [N,H,W,1].
 * This also recognises colours that JPEG compression has changed.
 */
export function nearestColorIndices(x: Tensor, palette: readonly LabelColor[]): Tensor {
  const channels = [0, 1, 2].map(channel => slice(x, [0, 0, 0, channel], [...x.shape.slice(0, 3), 1]));
  const distances = palette.map(color =>
    channels.map((channel, i) => square(subtract(channel, color[i]! / 127.5 - 1))).reduce(add),
  );
  let nearest = distances[0]!;
  let index: Tensor | null = null;
  for (const [i, distance] of distances.entries()) {
    if (i === 0) continue;
    const nearer = subtract(subtract(nearest, distance), MARGIN);
    index = select(nearer, i, index ?? 0);
    nearest = select(nearer, distance, nearest);
  }
  if (!index) throw new Error('Cannot find the nearest of fewer than two colours');
  return index;
}

/** One-hot planes, 1 where the class is and 0 elsewhere: indices [N,H,W,1] → [N,H,W,count]. */
export function oneHot(indices: Tensor, count: number): Tensor {
  const planes = Array.from({ length: count }, (_, i) =>
    select(subtract(0.5, abs(subtract(indices, i))), 1, 0),
  );
  return concat(planes, 3);
}

/**
 * 1 where a number differs from one of its four neighbours, else 0: [N,H,W,1] → [N,H,W,1].
 * The instance boundary map of Pix2PixHD (Wang et al. 2018, arXiv:1711.11585, section 3.3).
 */
export function boundaries(ids: Tensor): Tensor {
  // Outside the border, reflection repeats the neighbour inside, which adds no difference.
  const differences = conv2d(reflectPad(ids, 1), constant(neighborKernel(), [3, 3, 1, 4]), {
    stride: 1,
    padding: [0, 0, 0, 0],
  });
  return select(subtract(sum(abs(differences), [3]), HALF_ID_STEP), 1, 0);
}

/** [3, 3, 1, 4]: the centre minus the neighbour above, to the left, to the right, and below. */
function neighborKernel(): Float32Array {
  const kernel = new Float32Array(9 * 4);
  for (const [output, tap] of [1, 3, 5, 7].entries()) {
    kernel[4 * 4 + output] = 1;
    kernel[tap * 4 + output] = -1;
  }
  return kernel;
}
