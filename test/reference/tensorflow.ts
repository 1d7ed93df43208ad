import * as tf from '@tensorflow/tfjs';
import { elements, type Shape } from '../../src/core/shape.ts';

// Keeps TensorFlow.js from advertising its native package on every run.
tf.env().set('IS_TEST', true);
await tf.setBackend('cpu');

export { tf };

/** Float32 values as a tensor. */
export function tensorOf(values: ArrayLike<number>, shape: Shape): tf.Tensor {
  if (values.length !== elements(shape)) throw new Error(`${values.length} values don't fill [${shape}]`);
  return tf.tensor(Float32Array.from(values), [...shape]);
}

/** The largest absolute difference between values and a tensor's. */
export function largestDifference(actual: ArrayLike<number>, expected: tf.Tensor): number {
  const values = expected.dataSync<'float32'>();
  if (actual.length !== values.length) return Number.POSITIVE_INFINITY;
  return values.reduce((largest, value, i) => Math.max(largest, Math.abs(value - actual[i]!)), 0);
}

/** The largest magnitude of a tensor's values. */
export function largest(tensor: tf.Tensor): number {
  return tensor.dataSync<'float32'>().reduce((sofar, value) => Math.max(sofar, Math.abs(value)), 0);
}
