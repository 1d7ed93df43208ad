// Makes a feature network that `evaluate --features` scores with from an npm package: nsfwjs (MIT) carries ImageNet networks as
// 8-bit integers, of which it trained only the last layers. Usage, after a build:
//   node scripts/make-feature-network.mjs OUT.onnx [--network inception|mobilenet]
// Writes OUT.onnx and OUT.json, and compares the network with TensorFlow.js on a random picture. Scores are not comparable with
// those of other feature networks.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import * as tf from '@tensorflow/tfjs';
import * as ort from 'onnxruntime-node';
import { fetchNpmPackage } from '../dist/data/fetch/npm-package.js';
import { float, GraphBuilder } from '../dist/onnx/builder.js';

const source = {
  name: 'nsfwjs',
  version: '4.4.0',
  integrity:
    'sha512-krC1fgeTLXtZwgdpKJ0jm7hqv0gTSRQQRL+FhOaxaJ9Wj92t42BO3csO2odwgTAgZgf2RvkwPtp0R8Aa7dc+MA==',
};
/**
 * `side`: the input size. `range`: the input range; in it, photographs have the means that the first layer's normalisation
 * recorded. `layers`: the outputs, all before the first layer that nsfwjs trained.
 */
const networks = {
  // Szegedy et al. 2015, arXiv:1512.00567
  inception: {
    folder: 'dist/models/inception_v3',
    side: 299,
    range: [0, 1], // means 0.2 standard deviations off; 1.2 in [-1, 1]
    layers: ['mixed0', 'mixed1', 'mixed2', 'mixed3', 'mixed4', 'mixed5'],
  },
  // Sandler et al. 2018, arXiv:1801.04381
  mobilenet: {
    folder: 'dist/models/mobilenet_v2',
    side: 224,
    range: [0, 1], // 0.15; 1.0 in [-1, 1]
    layers: ['expanded_conv', 'block_2', 'block_5', 'block_8', 'block_10'].map(
      block => `${block}_depthwise_relu`,
    ),
  },
};

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { network: { type: 'string', default: 'inception' } },
});
const [out] = positionals;
const chosen = networks[values.network];
if (!out?.endsWith('.onnx') || !chosen) {
  throw new Error(
    `Usage: node scripts/make-feature-network.mjs OUT.onnx [--network ${Object.keys(networks).join('|')}]`,
  );
}
const folder = await mkdtemp(join(tmpdir(), 'feature-network-'));
try {
  await fetchNpmPackage(source, folder, path => path.startsWith(`${chosen.folder}/`));
  const { topology, specs, data } = await readModel(join(folder, chosen.folder));
  const weights = tf.io.decodeWeights(data, specs);
  const network = convert(topology.model_config.config.layers, weights);
  await writeFile(out, network);
  await writeFile(out.replace(/\.onnx$/, '.json'), `${JSON.stringify(manifest(), null, 2)}\n`);
  await compare(network, { modelTopology: topology, weightSpecs: specs, weightData: data });
} finally {
  await rm(folder, { recursive: true });
}

function manifest() {
  const { range, layers } = chosen;
  return {
    input: { layout: 'NCHW', range },
    features: layers.at(-1),
    layers: layers.map(output => ({ output })),
  };
}

/** The package's files are scripts that export JSON and base64 strings. */
async function readModel(models) {
  const load = createRequire(resolve(models, 'x'));
  const { modelTopology, weightsManifest } = load('./model.min.js');
  const [{ paths, weights }] = weightsManifest;
  const shards = paths.map(path => Buffer.from(load(`./${path}.min.js`), 'base64'));
  const bytes = Buffer.concat(shards);
  const data = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length);
  return { topology: modelTopology, specs: weights, data };
}

/** Pictures of any size are first scaled to that of ImageNet's. */
function convert(layers, weights) {
  const { side, layers: outputs } = chosen;
  const onnx = new GraphBuilder();
  const picture = onnx.input('picture', [1, 3, 'height', 'width']);
  const size = onnx.integers([1, 3, side, side]);
  const scaling = { mode: 'linear', coordinate_transformation_mode: 'half_pixel' };
  const values = new Map([[layers[0].name, onnx.node('Resize', [picture, '', '', size], scaling)]]);
  const kinds = {
    Conv2D: convolution,
    DepthwiseConv2D: depthwise,
    BatchNormalization: norm,
    Activation: relu,
    ReLU: relu,
    Concatenate: concat,
    Add: add,
    ZeroPadding2D: pad,
    MaxPooling2D: pool('MaxPool'),
    AveragePooling2D: pool('AveragePool'),
  };
  for (const { name, class_name, config, inbound_nodes } of layers.slice(1)) {
    const inputs = inbound_nodes[0].map(([input]) => values.get(input));
    const weight = part => weights[`${name}/${part}`];
    values.set(name, kinds[class_name](onnx, inputs, config, weight));
    if (name === outputs.at(-1)) break;
  }
  for (const output of outputs) {
    onnx.rename(values.get(output), output);
    onnx.output(output, [1, 'channels', 'rows', 'columns']);
  }
  return onnx.build();
}

/** Its kernel [h, w, in, out] becomes [out, in, h, w]. */
function convolution(onnx, [x], { strides, ...config }, weight) {
  return convolve(onnx, x, weight('kernel').transpose([3, 2, 0, 1]), 1, { strides, ...config });
}

/** Its kernel [h, w, channels, 1] becomes [channels, 1, h, w]. */
function depthwise(onnx, [x], config, weight) {
  const kernel = weight('depthwise_kernel').transpose([2, 3, 0, 1]);
  return convolve(onnx, x, kernel, kernel.shape[0], config);
}

function convolve(onnx, x, kernel, group, { strides, ...config }) {
  const values = onnx.floats(Float32Array.from(kernel.dataSync()), kernel.shape);
  const pads = padsOf(config.kernel_size, strides, config);
  return onnx.node('Conv', [x, values], { strides, pads, group });
}

/** Inception's norms have no scale. */
function norm(onnx, [x], { epsilon }, weight) {
  const [mean, variance, shift] = ['moving_mean', 'moving_variance', 'beta'].map(weight);
  const vector = values => onnx.floats(Float32Array.from(values), [values.length]);
  const scale = vector(weight('gamma')?.dataSync() ?? new Float32Array(shift.size).fill(1));
  const operands = [x, scale, ...[shift, mean, variance].map(each => vector(each.dataSync()))];
  return onnx.node('BatchNormalization', operands, { epsilon: float(epsilon) });
}

function relu(onnx, [x], { max_value = null }) {
  if (max_value === null) return onnx.node('Relu', [x]);
  const bounds = [0, max_value].map(value => onnx.floats(Float32Array.of(value), []));
  return onnx.node('Clip', [x, ...bounds]);
}

function add(onnx, inputs) {
  return onnx.node('Add', inputs);
}

function pad(onnx, [x], { padding: [[top, bottom], [left, right]] }) {
  return onnx.node('Pad', [x, onnx.integers([0, 0, top, left, 0, 0, bottom, right])]);
}

function concat(onnx, inputs) {
  return onnx.node('Concat', inputs, { axis: 1 });
}

function pool(type) {
  return (onnx, [x], { pool_size, strides, ...config }) =>
    onnx.node(type, [x], { kernel_shape: pool_size, strides, pads: padsOf(pool_size, strides, config) });
}

function padsOf(kernel, strides, { padding }) {
  if (padding === 'valid') return [0, 0, 0, 0];
  if (strides.some(stride => stride !== 1)) throw new Error('Cannot convert a strided layer with padding');
  const each = kernel.map(side => (side - 1) / 2);
  return [...each, ...each];
}

async function compare(network, artifacts) {
  const { side, range, layers } = chosen;
  const whole = await tf.loadLayersModel({ load: async () => artifacts });
  const model = tf.model({ inputs: whole.inputs, outputs: layers.map(name => whole.getLayer(name).output) });
  const picture = tf.randomUniform([1, side, side, 3], ...range, 'float32', 7);
  const wanted = model.predict(picture);
  const session = await ort.InferenceSession.create(network);
  const data = picture.transpose([0, 3, 1, 2]).dataSync();
  const made = await session.run({ picture: new ort.Tensor('float32', data, [1, 3, side, side]) });
  for (const [i, layer] of layers.entries()) {
    const truth = wanted[i].transpose([0, 3, 1, 2]).dataSync();
    const difference = truth.reduce((most, x, k) => Math.max(most, Math.abs(x - made[layer].data[k])), 0);
    const largest = truth.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
    console.log(
      `${layer} ${made[layer].dims.join('×')}: differs by ${difference.toExponential(1)} of ${largest.toFixed(2)}`,
    );
    if (difference > 1e-3 * largest) throw new Error(`Cannot trust the conversion: "${layer}" differs`);
  }
}
