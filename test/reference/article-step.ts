import { tf } from './tensorflow.ts';

/**
 * One training step of the article, written down independently in TensorFlow.js:
 * functional networks over named weights, gradients by its own tape, the optimiser by hand.
 */

/** Tensors by variable name. */
export type Named = ReadonlyMap<string, tf.Tensor>;

/** Everything that a step changes. */
export interface State {
  readonly weights: Named;
  readonly firstMoments: Named;
  readonly secondMoments: Named;
  /** The shared optimiser's t. */
  readonly iterations: number;
}

/** One of a step's three updates. */
export interface Update {
  readonly loss: number;
  readonly gradients: Named;
  readonly before: State;
  readonly after: State;
}

export interface Step {
  readonly fake: tf.Tensor4D;
  readonly discriminatorOnReal: Update;
  readonly discriminatorOnFake: Update;
  readonly generator: Update;
}

export interface Pair {
  readonly condition: tf.Tensor4D;
  readonly target: tf.Tensor4D;
}

const LEAK = 0.2;
const NORM = { momentum: 0.99, epsilon: 1e-3 };
const ADAM = { learningRate: 2e-4, beta1: 0.5, beta2: 0.999, epsilon: 1e-7 };

export function initialState(weights: Named): State {
  const zeros = () => mapValues(weights, tensor => tf.zerosLike(tensor));
  return { weights, firstMoments: zeros(), secondMoments: zeros(), iterations: 0 };
}

export function articleStep(state: State, { condition, target }: Pair): Step {
  const fake = generator({ weights: state.weights, training: false, moved: new Map() }, condition);
  const discriminatorOnReal = updateDiscriminator(state, target, condition, 1);
  const discriminatorOnFake = updateDiscriminator(discriminatorOnReal.after, fake, condition, 0);
  return {
    fake,
    discriminatorOnReal,
    discriminatorOnFake,
    generator: updateGenerator(discriminatorOnFake.after, condition),
  };
}

function updateDiscriminator(
  state: State,
  image: tf.Tensor4D,
  condition: tf.Tensor4D,
  label: number,
): Update {
  const moved = new Map<string, tf.Tensor>();
  return update(state, 'D/', moved, weights =>
    crossEntropy(discriminator({ weights, training: true, moved }, image, condition), label),
  );
}

/** The discriminator is frozen: it normalises by its moving statistics and leaves them alone. */
function updateGenerator(state: State, condition: tf.Tensor4D): Update {
  const moved = new Map<string, tf.Tensor>();
  return update(state, 'G/', moved, weights => {
    const fake = generator({ weights, training: true, moved }, condition);
    return crossEntropy(discriminator({ weights, training: false, moved: new Map() }, fake, condition), 1);
  });
}

function update(state: State, scope: string, moved: Named, lossOf: (weights: Named) => tf.Scalar): Update {
  const names = [...state.weights.keys()].filter(name => name.startsWith(scope) && !name.includes('moving_'));
  const { value, grads } = tf.valueAndGrads((...values) =>
    lossOf(new Map([...state.weights, ...names.map((name, i) => [name, values[i]!] as const)])),
  )(names.map(name => state.weights.get(name)!));
  const gradients = new Map(names.map((name, i) => [name, grads[i]!]));
  const { weights, ...optimiser } = adam(state, gradients);
  const after = { ...optimiser, weights: new Map([...weights, ...moved]) };
  return { loss: value.dataSync()[0]!, gradients, before: state, after };
}

/** Keras' legacy form: ε stays outside of the bias correction. */
function adam(state: State, gradients: Named): State {
  const { learningRate, beta1, beta2, epsilon } = ADAM;
  const iterations = state.iterations + 1;
  const rate = (learningRate * Math.sqrt(1 - beta2 ** iterations)) / (1 - beta1 ** iterations);
  const firstMoments = new Map(state.firstMoments);
  const secondMoments = new Map(state.secondMoments);
  const weights = new Map(state.weights);
  for (const [name, gradient] of gradients) {
    const m = mix(firstMoments.get(name)!, gradient, beta1);
    const v = mix(secondMoments.get(name)!, tf.square(gradient), beta2);
    firstMoments.set(name, m);
    secondMoments.set(name, v);
    weights.set(name, tf.sub(weights.get(name)!, tf.mul(rate, tf.div(m, tf.add(tf.sqrt(v), epsilon)))));
  }
  return { weights, firstMoments, secondMoments, iterations };
}

/** Mean binary cross-entropy of σ(logits). */
function crossEntropy(logits: tf.Tensor, label: number): tf.Scalar {
  return tf.losses.sigmoidCrossEntropy(tf.fill(logits.shape, label), logits);
}

interface Pass {
  readonly weights: Named;
  readonly training: boolean;
  /** Receives moving statistics after a pass in training. */
  readonly moved: Map<string, tf.Tensor>;
}

function generator(pass: Pass, condition: tf.Tensor4D): tf.Tensor4D {
  const levels = [...pass.weights.keys()].filter(name => /^G\/down\d+\/conv\/kernel$/.test(name)).length;
  const encoded = [down(pass, 'G/down1', condition)];
  for (let level = 2; level <= levels; level++) {
    encoded.push(norm(pass, `G/down${level}`, down(pass, `G/down${level}`, encoded.at(-1)!)));
  }
  let x = encoded.pop()!;
  for (let block = 1; block < levels; block++) {
    const y = norm(pass, `G/up${block}`, tf.relu(conv(pass, `G/up${block}`, upsample(x), 1)));
    x = tf.concat([y, encoded.pop()!], 3);
  }
  return tf.tanh(conv(pass, 'G/output', upsample(x), 1));
}

function discriminator(pass: Pass, image: tf.Tensor4D, condition: tf.Tensor4D): tf.Tensor4D {
  let x = down(pass, 'D/down1', tf.concat([image, condition], 3));
  for (const scope of ['D/down2', 'D/down3', 'D/down4']) x = norm(pass, scope, down(pass, scope, x));
  return conv(pass, 'D/output', x, 1);
}

function down(pass: Pass, scope: string, x: tf.Tensor4D): tf.Tensor4D {
  return tf.leakyRelu(conv(pass, scope, x, 2), LEAK);
}

function conv({ weights }: Pass, scope: string, x: tf.Tensor4D, stride: number): tf.Tensor4D {
  const kernel = weights.get(`${scope}/conv/kernel`) as tf.Tensor4D;
  return tf.add(tf.conv2d(x, kernel, stride, 'same'), weights.get(`${scope}/conv/bias`)!);
}

/** Repeats columns, then rows; TensorFlow.js' resizeNearestNeighbor has wrong gradients for batches above 1. */
function upsample(x: tf.Tensor4D): tf.Tensor4D {
  const [batch, height, width, channels] = x.shape;
  const wider = tf.reshape(tf.concat([x, x], 3), [batch, height, 2 * width * channels]);
  return tf.reshape(tf.concat([wider, wider], 2), [batch, 2 * height, 2 * width, channels]);
}

function norm({ weights, training, moved }: Pass, scope: string, x: tf.Tensor4D): tf.Tensor4D {
  const [gamma, beta, movingMean, movingVariance] = ['gamma', 'beta', 'moving_mean', 'moving_variance'].map(
    name => weights.get(`${scope}/norm/${name}`)!,
  ) as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor];
  if (!training) return normalise(x, movingMean, movingVariance, gamma, beta);
  const { mean, variance } = tf.moments(x, [0, 1, 2]);
  const count = x.size / x.shape[3];
  const unbiased = tf.mul(variance, count / (count - 1));
  moved.set(`${scope}/norm/moving_mean`, tf.keep(mix(movingMean, mean, NORM.momentum)));
  moved.set(`${scope}/norm/moving_variance`, tf.keep(mix(movingVariance, unbiased, NORM.momentum)));
  return normalise(x, mean, variance, gamma, beta);
}

function normalise(
  x: tf.Tensor4D,
  mean: tf.Tensor,
  variance: tf.Tensor,
  gamma: tf.Tensor,
  beta: tf.Tensor,
): tf.Tensor4D {
  const scaled = tf.div(tf.sub(x, mean), tf.sqrt(tf.add(variance, NORM.epsilon)));
  return tf.add(tf.mul(scaled, gamma), beta);
}

/** share · old + (1 − share) · new */
function mix(old: tf.Tensor, value: tf.Tensor, share: number): tf.Tensor {
  return tf.add(tf.mul(old, share), tf.mul(value, 1 - share));
}

function mapValues(named: Named, f: (tensor: tf.Tensor) => tf.Tensor): Named {
  return new Map([...named].map(([name, tensor]) => [name, f(tensor)]));
}
