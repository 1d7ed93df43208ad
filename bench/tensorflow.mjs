/**
 * The article's pix2pix step in TensorFlow.js, as a contender of `pix2pix bench`: pure JavaScript, the only backend that
 * trains convolutions in Node without a native download. Uses the protocol of pytorch.py.
 */
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';

const answer = value => console.log(JSON.stringify(value));
const names = ['size', 'filters', 'levels', 'batch', 'threads'];
const options = [...names, 'preset', 'device'].map(name => [name, { type: 'string' }]);
const { values } = parseArgs({ options: Object.fromEntries(options) });
const { size, filters, levels, batch } = Object.fromEntries(
  Object.entries(values).map(([name, value]) => [name, Number(value)]),
);

/** Pixels × filters² beyond which a step takes minutes. */
const LARGEST = 64 ** 2 * 8 ** 2;
const work = batch * size ** 2 * filters ** 2;
const tf = work > LARGEST ? null : await import('@tensorflow/tfjs').catch(() => null);
if (tf === null) {
  const reason =
    work > LARGEST ? 'in pure JavaScript a step of this size takes minutes to hours' : 'not found';
  answer({ ready: false, reason });
  process.exit();
}
tf.env().set('IS_TEST', true); // No advertisement of the native package among the answers.
await tf.setBackend('cpu');

const conv = (count, strides, activation) =>
  tf.layers.conv2d({ filters: count, kernelSize: 4, strides, padding: 'same', activation });
const norm = () => tf.layers.batchNormalization({ momentum: 0.99, epsilon: 1e-3 });

function encode(x, count, normed) {
  const y = tf.layers.leakyReLU({ alpha: 0.2 }).apply(conv(count, 2).apply(x));
  return normed ? norm().apply(y) : y;
}

function decode(x, skip, count, dropout) {
  const larger = tf.layers.upSampling2d({ size: [2, 2] }).apply(x);
  const y = tf.layers.dropout({ rate: dropout }).apply(conv(count, 1, 'relu').apply(larger));
  return tf.layers.concatenate().apply([norm().apply(y), skip]);
}

function generatorModel() {
  const input = tf.input({ shape: [size, size, 3] });
  const widths = Array.from({ length: levels }, (_, level) => filters * Math.min(2 ** level, 8));
  const skips = [];
  for (const [i, width] of widths.entries()) skips.push(encode(skips[i - 1] ?? input, width, i > 0));
  const decoded = widths
    .slice(0, -1)
    .reverse()
    .reduce(
      (x, width, i) => decode(x, skips[levels - 2 - i], width, i < levels - 4 ? 0.5 : 0),
      skips[levels - 1],
    );
  const larger = tf.layers.upSampling2d({ size: [2, 2] }).apply(decoded);
  return tf.model({ inputs: input, outputs: conv(3, 1, 'tanh').apply(larger) });
}

function discriminatorModel() {
  const inputs = [tf.input({ shape: [size, size, 3] }), tf.input({ shape: [size, size, 3] })];
  const pair = tf.layers.concatenate().apply(inputs);
  const features = [1, 2, 4, 8].reduce((x, factor, i) => encode(x, factor * filters, i > 0), pair);
  return tf.model({ inputs, outputs: conv(1, 1).apply(features) });
}

const generator = generatorModel();
const discriminator = discriminatorModel();
const adam = new Map([generator, discriminator].map(model => [model, tf.train.adam(2e-4, 0.5, 0.999, 1e-7)]));
const [condition, target] = [0, 1].map(() => tf.randomUniform([batch, size, size, 3], -1, 1));

const weightsOf = model => model.trainableWeights.map(weight => weight.val);
const lossOf = (logits, label) =>
  tf.losses.sigmoidCrossEntropy(tf.fill(logits.shape, label), logits).asScalar();

function update(model, loss) {
  adam.get(model).minimize(loss, false, weightsOf(model));
}

function step() {
  tf.tidy(() => {
    const fake = generator.apply(condition, { training: false });
    update(discriminator, () => lossOf(discriminator.apply([target, condition], { training: true }), 1));
    update(discriminator, () => lossOf(discriminator.apply([fake, condition], { training: true }), 0));
    update(generator, () => {
      const image = generator.apply(condition, { training: true });
      return lossOf(discriminator.apply([image, condition], { training: false }), 1);
    });
  });
}

const tasks = {
  step,
  generate: () => tf.tidy(() => generator.apply(condition, { training: false }).dataSync()),
};

answer({ ready: true, version: tf.version.tfjs });
for await (const line of createInterface({ input: process.stdin })) {
  const started = performance.now();
  tasks[line]();
  answer({ ms: performance.now() - started });
}
