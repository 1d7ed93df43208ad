/**
 * Weights for resizing one axis: output `i` is the sum over `k` in [start[i], start[i + 1]) of `weights[k] ·
 * input[first[i] + k − start[i]]`.
 */
export interface AxisWeights {
  readonly first: Int32Array;
  readonly start: Int32Array;
  readonly weights: Float32Array;
}

/** Each output is the mean of the inputs it covers; requires `to ≤ from`. OpenCV's `computeResizeAreaTab`. */
export function areaWeights(from: number, to: number): AxisWeights {
  const scale = from / to;
  return collectWeights(to, i => {
    const begin = i * scale;
    const end = Math.min(begin + scale, from);
    // An overlap of less than a thousandth of a pixel is a rounding error and gets no tap.
    const first = Math.floor(begin + 1e-3);
    const last = Math.max(first, Math.ceil(end - 1e-3) - 1);
    const taps = [];
    for (let x = first; x <= last; x++)
      taps.push((Math.min(end, x + 1) - Math.max(begin, x)) / (end - begin));
    return { first, taps };
  });
}

/**
 * OpenCV's INTER_AREA if either axis grows: two taps, blended only where an output overlaps two inputs, so that
 * enlarging by a whole number repeats pixels. It is then used for both axes, even for one that shrinks.
 */
export function stretchWeights(from: number, to: number): AxisWeights {
  const inverse = to / from;
  const scale = 1 / inverse; // not from / to: the floor() below needs OpenCV's rounding
  return collectWeights(to, i => {
    const first = Math.min(Math.floor(i * scale), from - 1);
    const overlap = i + 1 - (first + 1) * inverse;
    const blend = overlap <= 0 || first === from - 1 ? 0 : overlap - Math.floor(overlap);
    return { first, taps: blend === 0 ? [1] : [1 - blend, blend] };
  });
}

/** Cubic convolution (Keys 1981, a = −½) for enlarging; border samples are repeated. */
export function cubicWeights(from: number, to: number): AxisWeights {
  return collectWeights(to, i => {
    const centre = ((i + 0.5) * from) / to - 0.5;
    const first = Math.max(0, Math.floor(centre) - 1);
    const last = Math.min(from - 1, Math.floor(centre) + 2);
    const taps = new Array<number>(last - first + 1).fill(0);
    for (let x = Math.floor(centre) - 1; x <= Math.floor(centre) + 2; x++) {
      taps[Math.min(Math.max(x, first), last) - first]! += cubic(Math.abs(x - centre));
    }
    return { first, taps };
  });
}

/** Nearest neighbour, for pictures whose colours must not be mixed: each output is the input at its centre. */
export function nearestWeights(from: number, to: number): AxisWeights {
  return collectWeights(to, i => ({ first: Math.floor(((i + 0.5) * from) / to), taps: [1] }));
}

function cubic(distance: number): number {
  if (distance >= 2) return 0;
  if (distance >= 1) return ((-0.5 * distance + 2.5) * distance - 4) * distance + 2;
  return (1.5 * distance - 2.5) * distance * distance + 1;
}

function collectWeights(to: number, at: (i: number) => { first: number; taps: number[] }): AxisWeights {
  const first = new Int32Array(to);
  const start = new Int32Array(to + 1);
  const weights: number[] = [];
  for (let i = 0; i < to; i++) {
    const output = at(i);
    first[i] = output.first;
    weights.push(...output.taps);
    start[i + 1] = weights.length;
  }
  return { first, start, weights: Float32Array.from(weights) };
}
