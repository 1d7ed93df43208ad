import type { Random } from '../core/random.ts';
import { elements, type Shape } from '../core/shape.ts';

/** Draws a variable's initial values, row-major. */
export type Initializer = (shape: Shape, random: Random) => Float32Array;

export const zeros: Initializer = shape => new Float32Array(elements(shape));

export const ones: Initializer = shape => new Float32Array(elements(shape)).fill(1);

/** N(mean, deviation²). */
export function normal(mean: number, deviation: number): Initializer {
  return (shape, random) => new Float32Array(elements(shape)).map(() => mean + deviation * random.normal());
}

/**
 * Uniform on ±√(6 / (fan-in + fan-out)), Keras' default for convolutions (Glorot & Bengio 2010, eq. 16).
 * Kernels are [height, width, inputs, outputs].
 */
export const glorotUniform: Initializer = (shape, random) => {
  const [height, width, inputs, outputs] = shape as [number, number, number, number];
  const limit = Math.sqrt(6 / (height * width * (inputs + outputs)));
  return new Float32Array(elements(shape)).map(() => (2 * random.uniform() - 1) * limit);
};
