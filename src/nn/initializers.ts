import type { Random } from '../core/random.ts';
import { elements, type Shape } from '../core/shape.ts';

/** Draws a variable's initial values, row-major. */
export type Initializer = (shape: Shape, random: Random) => Float32Array;

export const zeros: Initializer = shape => new Float32Array(elements(shape));

export const ones: Initializer = shape => new Float32Array(elements(shape)).fill(1);

/** N(mean, deviation²). */
export function normal(mean: number, deviation: number): Initializer {
  return (shape, random) => {
    const values = new Float32Array(elements(shape));
    for (let i = 0; i < values.length; i++) values[i] = mean + deviation * random.normal();
    return values;
  };
}

/**
 * Uniform on ±√(6 / (fan-in + fan-out)), Keras' default for convolutions (Glorot & Bengio 2010, eq. 16).
 * Kernels are [height, width, inputs, outputs].
 */
export const glorotUniform: Initializer = (shape, random) => {
  const [height, width, inputs, outputs] = shape as [number, number, number, number];
  const limit = Math.sqrt(6 / (height * width * (inputs + outputs)));
  const values = new Float32Array(elements(shape));
  // With `map` this would take most of the time that building large networks takes.
  for (let i = 0; i < values.length; i++) values[i] = (2 * random.uniform() - 1) * limit;
  return values;
};

/**
 * N(0, 2 / fan-in) for networks of ReLUs (He et al. 2015, eq. 10), fan-in = height · width · third axis,
 * as PyTorch counts it for both kinds of convolution.
 */
export const heNormal: Initializer = (shape, random) => {
  const [height, width, inputs] = shape as [number, number, number, number];
  return normal(0, Math.sqrt(2 / (height * width * inputs)))(shape, random);
};

/**
 * The kernel as the matrix [height · width · third axis, fourth axis] has orthonormal columns, or rows where those
 * are fewer (Saxe et al. 2014, arXiv:1312.6120): Gaussian vectors, made orthonormal by Gram–Schmidt.
 */
export const orthogonal: Initializer = (shape, random) => {
  const columns = shape.at(-1)!;
  const rows = elements(shape) / columns;
  const [count, length] = rows >= columns ? [columns, rows] : [rows, columns];
  const vectors = orthonormal(count, length, random);
  const matrix = new Float32Array(rows * columns);
  vectors.forEach((vector, i) => {
    vector.forEach((value, k) => {
      matrix[rows >= columns ? k * columns + i : i * columns + k] = value;
    });
  });
  return matrix;
};

function orthonormal(count: number, length: number, random: Random): Float64Array[] {
  const vectors: Float64Array[] = [];
  while (vectors.length < count) {
    const vector = new Float64Array(length).map(() => random.normal());
    for (const earlier of vectors) addScaled(vector, earlier, -dot(vector, earlier));
    const norm = Math.sqrt(dot(vector, vector));
    vectors.push(vector.map(value => value / norm));
  }
  return vectors;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

function addScaled(a: Float64Array, b: Float64Array, factor: number): void {
  for (let i = 0; i < a.length; i++) a[i]! += factor * b[i]!;
}

/** Initialisers of kernels, by their names in run configs; `normal` is that of Isola et al. 2017, section 6.2. */
export const kernelInitializers = {
  normal: normal(0, 0.02),
  glorot: glorotUniform,
  he: heNormal,
  orthogonal,
} as const satisfies Record<string, Initializer>;

export type InitializerName = keyof typeof kernelInitializers;

export const initializerNames = Object.keys(kernelInitializers) as InitializerName[];
