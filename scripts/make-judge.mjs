// Makes the feature network that `evaluate --features` scores with, from an npm package: ImageNet's Inception v3 (Szegedy et al.
// 2015, arXiv:1512.00567) up to its block "mixed5", whose weights nsfwjs (MIT) carries as 8-bit integers. Usage, after a build:
//   node scripts/make-judge.mjs OUT.onnx
// Writes OUT.onnx and OUT.json, and compares the network with TensorFlow.js on a random picture. nsfwjs trained only the layers
// behind "mixed5". It takes pictures in [0, 1]: on photographs, the first layer's means are then 0.2 standard deviations from those
// that its normalisation has recorded, and 1.2 in [-1, 1]. Scores are not comparable with those of other feature networks.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
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
const blocks = ['mixed0', 'mixed1', 'mixed2', 'mixed3', 'mixed4', 'mixed5'];
const SIDE = 299;

const [out] = process.argv.slice(2);
if (!out?.endsWith('.onnx')) throw new Error('Usage: node scripts/make-judge.mjs OUT.onnx');
const folder = await mkdtemp(join(tmpdir(), 'judge-'));
try {
  await fetchNpmPackage(source, folder, path => path.startsWith('dist/models/inception_v3/'));
  const { topology, specs, data } = await readModel(join(folder, 'dist/models/inception_v3'));
  const weights = tf.io.decodeWeights(data, specs);
  const network = convert(topology.model_config.config.layers, weights);
  await writeFile(out, network);
  await writeFile(out.replace(/\.onnx$/, '.json'), `${JSON.stringify(manifest(), null, 2)}\n`);
  await compare(network, { modelTopology: topology, weightSpecs: specs, weightData: data });
} finally {
  await rm(folder, { recursive: true });
}

function manifest() {
  const layers = blocks.map(output => ({ output }));
  return { input: { layout: 'NCHW', range: [0, 1] }, features: blocks.at(-1), layers };
}

/** The package's files are scripts that export JSON, and base 64. */
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
  const onnx = new GraphBuilder();
  const picture = onnx.input('picture', [1, 3, 'height', 'width']);
  const size = onnx.integers([1, 3, SIDE, SIDE]);
  const scaling = { mode: 'linear', coordinate_transformation_mode: 'half_pixel' };
  const values = new Map([[layers[0].name, onnx.node('Resize', [picture, '', '', size], scaling)]]);
  const kinds = { Conv2D: convolution, BatchNormalization: norm, Activation: relu, Concatenate: concat };
  const pools = { MaxPooling2D: 'MaxPool', AveragePooling2D: 'AveragePool' };
  for (const { name, class_name, config, inbound_nodes } of layers.slice(1)) {
    const inputs = inbound_nodes[0].map(([input]) => values.get(input));
    const make = kinds[class_name] ?? pool(pools[class_name]);
    values.set(
      name,
      make(onnx, inputs, config, part => weights[`${name}/${part}`]),
    );
    if (name === blocks.at(-1)) break;
  }
  for (const block of blocks) {
    onnx.rename(values.get(block), block);
    onnx.output(block, [1, 'channels', 'rows', 'columns']);
  }
  return onnx.build();
}

/** Its kernel [h, w, in, out] becomes [out, in, h, w]. */
function convolution(onnx, [x], { strides, ...config }, weight) {
  const kernel = weight('kernel').transpose([3, 2, 0, 1]);
  const values = onnx.floats(Float32Array.from(kernel.dataSync()), kernel.shape);
  return onnx.node('Conv', [x, values], { strides, pads: padsOf(config.kernel_size, strides, config) });
}

function norm(onnx, [x], { epsilon }, weight) {
  const [mean, variance, shift] = ['moving_mean', 'moving_variance', 'beta'].map(weight);
  const vector = values => onnx.floats(Float32Array.from(values), [values.length]);
  const scale = vector(new Float32Array(shift.size).fill(1));
  const operands = [x, scale, ...[shift, mean, variance].map(each => vector(each.dataSync()))];
  return onnx.node('BatchNormalization', operands, { epsilon: float(epsilon) });
}

function relu(onnx, [x]) {
  return onnx.node('Relu', [x]);
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
  const whole = await tf.loadLayersModel({ load: async () => artifacts });
  const model = tf.model({ inputs: whole.inputs, outputs: blocks.map(name => whole.getLayer(name).output) });
  const picture = tf.randomUniform([1, SIDE, SIDE, 3], 0, 1, 'float32', 7);
  const wanted = model.predict(picture);
  const session = await ort.InferenceSession.create(network);
  const data = picture.transpose([0, 3, 1, 2]).dataSync();
  const made = await session.run({ picture: new ort.Tensor('float32', data, [1, 3, SIDE, SIDE]) });
  for (const [i, block] of blocks.entries()) {
    const truth = wanted[i].transpose([0, 3, 1, 2]).dataSync();
    const difference = truth.reduce((most, x, k) => Math.max(most, Math.abs(x - made[block].data[k])), 0);
    const largest = truth.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
    console.log(
      `${block} ${made[block].dims.join('×')}: differs by ${difference.toExponential(1)} of ${largest.toFixed(2)}`,
    );
    if (difference > 1e-3 * largest) throw new Error(`Cannot trust the conversion: "${block}" differs`);
  }
}
