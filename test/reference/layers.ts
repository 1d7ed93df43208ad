import { tensorOf, tf } from './tensorflow.ts';

/** Adds a Keras layer to a model under construction. */
export function layer(made: tf.layers.Layer, ...inputs: tf.SymbolicTensor[]): tf.SymbolicTensor {
  return made.apply(inputs.length === 1 ? inputs[0]! : inputs) as tf.SymbolicTensor;
}

/** An input for the dropout mask of block `scope`, of the shape of its skip connection. */
export function mask(scope: string, skip: tf.SymbolicTensor): tf.SymbolicTensor {
  return tf.input({ name: `${scope}/dropout/mask`, shape: skip.shape.slice(1) });
}

/** Initial values don't matter here, and zeros are quick to draw. */
export const unset = { kernelInitializer: 'zeros' } as const;

/** Gives every weight of `model` the value of its name, and every value a weight. */
export function setWeights(model: tf.LayersModel, values: ReadonlyMap<string, Float32Array>): void {
  const left = new Set(values.keys());
  for (const weight of model.weights) {
    const value = values.get(weight.originalName);
    if (!value) throw new Error(`Cannot find a value for "${weight.originalName}"`);
    weight.write(tensorOf(value, weight.shape as number[]));
    left.delete(weight.originalName);
  }
  if (left.size > 0) throw new Error(`Cannot place ${[...left].join(', ')}`);
}

/** The shape of every weight, by name. */
export function weightShapes(model: tf.LayersModel): Record<string, number[]> {
  return Object.fromEntries(model.weights.map(weight => [weight.originalName, weight.shape as number[]]));
}

export function trainableCount(model: tf.LayersModel): number {
  return model.trainableWeights.reduce(
    (sum, { shape }) => sum + (shape as number[]).reduce((a, b) => a * b, 1),
    0,
  );
}

/**
 * What a model's moving statistic is after a step in training mode.
 * TensorFlow.js moves it towards the batch's variance Σ(x − μ)²/N; TensorFlow itself, whose fused kernel
 * Keras uses on images, and PyTorch towards Σ(x − μ)²/(N − 1).
 */
export function movedStatistic(
  model: tf.LayersModel,
  name: string,
  before: Float32Array,
  batch: number,
): tf.Tensor {
  const norm = model.getLayer(name.slice(0, name.lastIndexOf('/')));
  const moved = model.weights.find(({ originalName }) => originalName === name)!.read();
  if (!name.endsWith('moving_variance')) return moved;
  const [, height, width] = norm.outputShape as [null, number, number, number];
  const count = batch * height * width;
  const kept = tf.mul(before, norm.getConfig().momentum as number);
  return tf.add(kept, tf.mul(tf.sub(moved, kept), count / (count - 1)));
}
