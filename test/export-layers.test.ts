import { describe, expect, it } from 'vitest';
import { Random } from '../src/core/random.ts';
import { elements, type Shape } from '../src/core/shape.ts';
import {
  add,
  averagePool2d,
  batchNormInference,
  batchNormTraining,
  blur,
  type CompositeName,
  conv2d,
  dropout,
  input,
  instanceNorm,
  interpret,
  mean,
  multiply,
  reflectPad,
  type Tensor,
} from '../src/graph/index.ts';
import { Emitter } from '../src/lower/emitter.ts';
import { exportTarget } from '../src/lower/export/index.ts';
import { encodeModel } from '../src/onnx/model.ts';
import type { ModelProto } from '../src/onnx/onnx_pb.ts';
import { openSession } from '../src/runtime/session.ts';
import { largestDifference, planesOf } from './reference/export-variants.ts';

const CHANNELS = 3;
const gamma = input('gamma', [CHANNELS]);
const beta = input('beta', [CHANNELS]);
const statistics = { mean: input('mean', [CHANNELS]), variance: input('variance', [CHANNELS]) };
const known = {
  gamma: Float32Array.of(1, -2, 0.5),
  beta: Float32Array.of(0.1, 0.2, -0.3),
  mean: Float32Array.of(0.5, -0.5, 0),
  variance: Float32Array.of(1, 2, 0.25),
  kernel: Float32Array.from({ length: 9 * CHANNELS * CHANNELS }, (_, i) => Math.sin(i)),
};

/** Each layer on an image; one without an entry does not compile. */
const layers: { readonly [N in CompositeName]: (x: Tensor) => Tensor } = {
  mean: x => mean(x, [1, 2]),
  averagePool2d: x => averagePool2d(x, { size: 3, stride: 2, padding: 1 }),
  reflectPad: x => reflectPad(x, 3),
  blur,
  batchNormTraining: x => batchNormTraining(x, gamma, beta, 1e-3).output,
  batchNormInference: x => batchNormInference(x, gamma, beta, statistics, 1e-3),
  instanceNorm: x => instanceNorm(x, 1e-3),
  dropout: x => dropout(x, input('mask', x.shape), 0.25),
};

/** Blurring is padding, then a convolution. */
const nodes = (name: string) => (name === 'blur' ? 2 : 1);

describe('a composite op becomes one node, or two, which equal the reference interpreter at every size', () => {
  const { dropout: _, ...deterministic } = layers;
  it.each(Object.entries(deterministic))('%s', async (name, build) => {
    const model = exported(build);
    expect(model.graph!.node).toHaveLength(nodes(name));
    for (const shape of [
      [1, 8, 8, CHANNELS],
      [1, 12, 11, CHANNELS],
    ]) {
      const values = randomImage(shape);
      const [expected] = interpret([build(input('x', shape))], { ...known, x: values });
      const y = await run(model, values, shape);
      const [, height, width, channels] = expected!.shape;
      expect(y.shape).toEqual([1, channels, height, width]);
      expect(largestDifference(y.data, planesOf(Float32Array.from(expected!.data)))).toBeLessThan(1e-5);
    }
  });
});

it('dropout is random: it zeroes its share of the values and scales up the others', async () => {
  const shape = [1, 50, 60, CHANNELS];
  const values = randomImage(shape);
  const y = await run(exported(layers.dropout), values, shape);
  const x = planesOf(values);
  const zeros = y.data.filter(value => value === 0).length;
  expect(zeros / y.data.length).toBeCloseTo(0.25, 1);
  y.data.forEach((value, i) => {
    if (value !== 0) expect(value).toBeCloseTo(x[i]! / 0.75, 5);
  });
});

it('a convolution, its bias and a batch norm by given statistics are one node', async () => {
  const build = (x: Tensor) => {
    const kernel = input('kernel', [3, 3, CHANNELS, CHANNELS]);
    const biased = add(conv2d(x, kernel, { stride: 1, padding: [1, 1, 1, 1] }), beta);
    return layers.batchNormInference(biased);
  };
  const model = exported(build);
  expect(model.graph!.node.map(({ opType }) => opType)).toEqual(['Conv']);
  const shape = [1, 8, 8, CHANNELS];
  const values = randomImage(shape);
  const [expected] = interpret([build(input('x', shape))], { ...known, x: values });
  const y = await run(model, values, shape);
  expect(largestDifference(y.data, planesOf(Float32Array.from(expected!.data)))).toBeLessThan(1e-4);
});

describe('refuses options that the exported model does not support', () => {
  it('statistics of a whole batch', () => {
    expect(() => exported(layers.batchNormTraining, [2, 8, 8, CHANNELS])).toThrow(
      'Cannot export batchNormTraining at "": it normalises by batch statistics',
    );
  });

  it('parameters that depend on the image', () => {
    const build = (x: Tensor) => batchNormTraining(x, multiply(x, 2), beta, 1e-3).output;
    expect(() => exported(build)).toThrow('its parameters depend on the image');
  });
});

/** A model of what `build` makes of an image of open size, traced at `shape`. */
function exported(build: (x: Tensor) => Tensor, shape: Shape = [1, 8, 8, CHANNELS]): ModelProto {
  const image = () => 'x';
  const emit = new Emitter(exportTarget({ known, seed: 1, image }));
  emit.builder.input('x', ['batch', CHANNELS, 'height', 'width']);
  const y = emit.value(build(input('x', shape)));
  emit.builder.rename(y, 'y');
  emit.builder.output('y', ['batch', CHANNELS, 'rows', 'columns']);
  return emit.builder.model();
}

async function run(model: ModelProto, values: Float32Array, [batch, height, width, channels]: Shape) {
  const session = await openSession(encodeModel(model));
  const feed = { data: planesOf(values), shape: [batch!, channels!, height!, width!] };
  const { y } = await session.run({ x: feed });
  await session.release();
  return { shape: y!.shape, data: y!.data as Float32Array };
}

function randomImage(shape: Shape): Float32Array {
  const random = Random.fromSeed(6);
  return new Float32Array(elements(shape)).map(() => random.normal());
}
