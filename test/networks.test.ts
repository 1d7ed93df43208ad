import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Random } from '../src/core/random.ts';
import { elements, type Shape } from '../src/core/shape.ts';
import { input, interpret, sigmoid, type Tensor } from '../src/graph/index.ts';
import { articleGenerator } from '../src/models/article-generator.ts';
import { judgeAtScales } from '../src/models/discriminators.ts';
import { unet } from '../src/models/unet.ts';
import { glorotUniform } from '../src/nn/initializers.ts';
import { inferenceMode, type Mode, trainingMode } from '../src/nn/layers.ts';
import { type Mask, Variables } from '../src/nn/variables.ts';
import { articleDiscriminatorModel, articleGeneratorModel } from './reference/article-models.ts';
import { movedStatistic, setWeights, trainableCount, weightShapes } from './reference/layers.ts';
import { patchganModel, unetModel } from './reference/paper-models.ts';
import { randomValues } from './reference/random-values.ts';
import { largest, largestDifference, tensorOf, tf } from './reference/tensorflow.ts';

const SIZE = 64;
const small = [2, SIZE, SIZE, 3];
const full = [1, 256, 256, 3];
const common = { norm: 'batch', initializer: glorotUniform } as const;
const article = {
  ...common,
  levels: 7,
  blocks: 0,
  enhancerBlocks: 0,
  upsampling: 'resize',
  skips: true,
  dropout: 0.5,
  outputChannels: 3,
} as const;
const paper = { ...article, levels: 8, upsampling: 'transposed' } as const;

beforeEach(() => tf.engine().startScope());
afterEach(() => tf.engine().endScope());

describe('the article’s generator', () => {
  it.each(modes())('equals Keras (%s)', (_, mode) => {
    const network = build({ condition: full }, (variables, { condition }) =>
      articleGenerator(variables, condition!, { ...article, filters: 4 }, mode),
    );
    expectSame(network, articleGeneratorModel(4), mode);
  });

  it('has 41,834,499 trainable parameters', () => {
    const { variables } = build({ condition: full }, (variables, { condition }) =>
      articleGenerator(variables, condition!, { ...article, filters: 64 }, trainingMode),
    );
    expect(count(variables)).toBe(41_834_499);
    expect(trainableCount(articleGeneratorModel(64))).toBe(41_834_499);
  });
});

describe('the article’s discriminator', () => {
  it.each(modes())('equals Keras (%s)', (_, mode) => {
    const network = build({ image: small, condition: small }, (variables, { image, condition }) =>
      sigmoid(logits('article', variables, image!, condition!, { filters: 4, layers: 4 }, mode)),
    );
    expectSame(network, articleDiscriminatorModel(4, SIZE), mode);
  });

  it('has 2,769,601 trainable parameters and 16×16 patches', () => {
    const { variables, output } = build({ image: full, condition: full }, (variables, { image, condition }) =>
      logits('article', variables, image!, condition!, { filters: 64, layers: 4 }, trainingMode),
    );
    expect(output.shape).toEqual([1, 16, 16, 1]);
    expect(count(variables)).toBe(2_769_601);
    expect(trainableCount(articleDiscriminatorModel(64, 256))).toBe(2_769_601);
  });
});

describe('the paper’s generator', () => {
  it.each(modes())('equals its layers in TensorFlow.js (%s)', (_, mode) => {
    const network = build({ condition: full }, (variables, { condition }) =>
      unet(variables, condition!, { ...paper, filters: 3 }, mode),
    );
    expectSame(network, unetModel(3), mode);
  });
});

describe('the paper’s discriminator', () => {
  it.each(modes())('equals its layers in TensorFlow.js (%s)', (_, mode) => {
    const network = build({ image: small, condition: small }, (variables, { image, condition }) =>
      logits('patchgan', variables, image!, condition!, { filters: 4, layers: 3 }, mode),
    );
    expectSame(network, patchganModel(4, SIZE), mode);
  });
});

function logits(
  name: 'article' | 'patchgan',
  variables: Variables,
  image: Tensor,
  condition: Tensor,
  options: { readonly filters: number; readonly layers: number },
  mode: Mode,
): Tensor {
  const all = { ...common, ...options, scales: 1, blur: false, classes: 1 };
  return judgeAtScales(name, variables, image, condition, all, mode)[0]!.logits;
}

function modes(): [string, Mode][] {
  return [
    ['moving statistics', inferenceMode],
    ['batch statistics', trainingMode],
  ];
}

type Shapes = Readonly<Record<string, Shape>>;

interface Network {
  readonly shapes: Shapes;
  readonly variables: Variables;
  readonly output: Tensor;
}

function build(
  shapes: Shapes,
  network: (variables: Variables, inputs: Readonly<Record<string, Tensor>>) => Tensor,
): Network {
  const variables = new Variables();
  const inputs = Object.entries(shapes).map(([name, shape]) => [name, input(name, shape)]);
  return { shapes, variables, output: network(variables, Object.fromEntries(inputs)) };
}

function count(variables: Variables): number {
  return variables.trainable().reduce((sum, { shape }) => sum + elements(shape), 0);
}

/** Runs both with the same weights, images and dropout masks; compares outputs and moving statistics. */
function expectSame({ shapes, variables, output }: Network, model: tf.LayersModel, mode: Mode): void {
  const declared = variables.all().map(({ name, shape }) => [name, shape]);
  expect(Object.fromEntries(declared)).toEqual(weightShapes(model));
  const weights = randomValues(variables.all(), Random.fromSeed(5));
  setWeights(model, weights);
  const images = Object.entries(shapes).map(([name, shape]) => [name, noise(name, shape)] as const);
  const maskNames = model.inputNames.filter(name => name.endsWith('mask'));
  expect(variables.masks.map(({ name }) => name)).toEqual(mode.dropout ? maskNames : []);
  const masks = variables.masks.map(mask => [mask.name, dropoutMask(mask)] as const);

  const given = Object.fromEntries([...weights, ...images, ...masks]);
  const [actual, ...updates] = interpret([output, ...variables.updates.values()], given);
  const batch = output.shape[0]!;
  const expected = run(model, given, batch, mode);

  expect(actual!.shape).toEqual(expected.shape);
  expect(largest(expected)).toBeGreaterThan(0.1);
  expect(largestDifference(actual!.data, expected)).toBeLessThan(1e-4);

  const states = variables.all().filter(({ trainable }) => !trainable);
  expect([...variables.updates.keys()]).toEqual(mode.batchStatistics ? states.map(({ name }) => name) : []);
  [...variables.updates.keys()].forEach((name, i) => {
    const moved = movedStatistic(model, name, weights.get(name)!, batch);
    expect(largestDifference(updates[i]!.data, moved), name).toBeLessThan(1e-5);
  });
}

/** A mask that isn't given lets everything through. */
function run(
  model: tf.LayersModel,
  given: Readonly<Record<string, Float32Array>>,
  batch: number,
  mode: Mode,
): tf.Tensor {
  const inputs = model.inputs.map((symbol, i) => {
    const shape = [batch, ...symbol.shape.slice(1)] as number[];
    const values = given[model.inputNames[i]!];
    return values ? tensorOf(values, shape) : tf.ones(shape);
  });
  return model.apply(inputs, { training: mode.batchStatistics }) as tf.Tensor;
}

function noise(name: string, shape: Shape): Float32Array {
  const random = Random.fromSeed(6).split(name);
  return new Float32Array(elements(shape)).map(() => 2 * random.uniform() - 1);
}

function dropoutMask({ name, shape, rate }: Mask): Float32Array {
  const random = Random.fromSeed(7).split(name);
  return new Float32Array(elements(shape)).map(() => (random.uniform() < rate ? 0 : 1 / (1 - rate)));
}
