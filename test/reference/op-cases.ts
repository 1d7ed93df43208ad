import type { Random } from '../../src/core/random.ts';
import { type Shape, showShape } from '../../src/core/shape.ts';
import {
  abs,
  add,
  averagePool2d,
  batchNormInference,
  batchNormTraining,
  blur,
  broadcast,
  type CompositeName,
  type ConvAttributes,
  concat,
  conv2d,
  conv2dInput,
  conv2dKernel,
  divide,
  dropout,
  exp,
  input,
  instanceNorm,
  leakyRelu,
  log,
  mean,
  multiply,
  negate,
  type OpName,
  pad,
  reciprocal,
  reflectPad,
  relu,
  reshape,
  reverse,
  select,
  sigmoid,
  sign,
  slice,
  softplus,
  sqrt,
  square,
  subtract,
  sum,
  sumPool2d,
  type Tensor,
  tanh,
  transpose,
  upsample2d,
} from '../../src/graph/index.ts';

/** A use of an op on inputs drawn where it is smooth. */
export interface Case {
  readonly title: string;
  readonly inputs: readonly Sample[];
  readonly build: (...inputs: Tensor[]) => Tensor;
}

export interface Sample {
  readonly shape: Shape;
  readonly draw: (random: Random) => number;
  /** False for a selector, which has no derivative. */
  readonly differentiable: boolean;
}

type Sampler = (...shape: number[]) => Sample;

const sampler =
  (draw: (random: Random) => number, differentiable = true): Sampler =>
  (...shape) => ({ shape, draw, differentiable });

const normal = sampler(random => random.normal());
const positive = sampler(random => 0.5 + 1.5 * random.uniform());
const awayFromZero = sampler(random => (random.uniform() < 0.5 ? -1 : 1) * (0.01 + random.uniform()));
const closeToZero = sampler(random => (random.uniform() < 0.5 ? -1e-3 : 1e-3));
const selector = sampler(random => (random.uniform() < 0.5 ? -1e-3 : 1e-3), false);

function unary(build: (x: Tensor) => Tensor, ...samplers: Sampler[]): Case[] {
  const shapes: Shape[] = [[], [1], [2, 3], [2, 1, 3, 2]];
  return samplers.flatMap(draw =>
    shapes.map(shape => ({ title: showShape(shape), inputs: [draw(...shape)], build })),
  );
}

function binary(build: (a: Tensor | number, b: Tensor | number) => Tensor, right: Sampler): Case[] {
  const shapes: [Shape, Shape][] = [
    [[], []],
    [
      [2, 3],
      [2, 3],
    ],
    [[2, 3], [3]],
    [[3], [2, 3]],
    [[2, 3], []],
    [[], [2, 3]],
    [
      [2, 3],
      [2, 1],
    ],
    [
      [2, 1],
      [2, 3],
    ],
    [
      [2, 1],
      [1, 3],
    ],
    [
      [1, 3],
      [2, 1],
    ],
    [
      [2, 1, 3],
      [4, 1],
    ],
    [[1], [1, 1, 1]],
    [
      [2, 2, 3, 2],
      [1, 1, 1, 2],
    ],
  ];
  const cases = shapes.map(([a, b]) => ({
    title: `${showShape(a)} and ${showShape(b)}`,
    inputs: [awayFromZero(...a), right(...b)],
    build,
  }));
  return [
    ...cases,
    { title: 'number on the left', inputs: [right(2, 3)], build: x => build(1.5, x!) },
    { title: 'number on the right', inputs: [normal(2, 3)], build: x => build(x!, 1.5) },
    { title: 'the same input twice', inputs: [right(2, 3)], build: x => build(x!, x!) },
  ];
}

export interface Convolution extends ConvAttributes {
  readonly title: string;
  readonly x: Shape;
  readonly kernel: Shape;
}

/** Sizes, strides and paddings that convolutions meet, and then some. */
export const convolutions: readonly Convolution[] = [
  { title: 'the encoder’s 4×4', x: [2, 6, 4, 2], kernel: [4, 4, 2, 3], stride: 2, padding: [1, 1, 1, 1] },
  { title: 'the decoder’s 4×4', x: [2, 3, 4, 2], kernel: [4, 4, 2, 2], stride: 1, padding: [1, 1, 2, 2] },
  { title: '4×4 to one pixel', x: [2, 2, 2, 3], kernel: [4, 4, 3, 2], stride: 2, padding: [1, 1, 1, 1] },
  { title: '4×4 on one pixel', x: [2, 1, 1, 3], kernel: [4, 4, 3, 2], stride: 1, padding: [1, 1, 2, 2] },
  { title: '4×4 on odd sizes', x: [1, 5, 7, 2], kernel: [4, 4, 2, 2], stride: 2, padding: [1, 1, 2, 2] },
  {
    title: '4×4 that leaves a rest',
    x: [1, 5, 7, 1],
    kernel: [4, 4, 1, 2],
    stride: 2,
    padding: [0, 0, 0, 0],
  },
  { title: '5×5', x: [2, 4, 3, 1], kernel: [5, 5, 1, 2], stride: 1, padding: [2, 2, 2, 2] },
  {
    title: '5×5, stride 2, lopsided',
    x: [1, 7, 4, 2],
    kernel: [5, 5, 2, 1],
    stride: 2,
    padding: [0, 3, 2, 1],
  },
  { title: 'oblong kernel', x: [1, 4, 5, 2], kernel: [1, 3, 2, 2], stride: 2, padding: [1, 0, 0, 2] },
  { title: '1×1', x: [2, 3, 2, 3], kernel: [1, 1, 3, 2], stride: 1, padding: [0, 0, 0, 0] },
  {
    title: 'stride beyond the kernel',
    x: [1, 5, 5, 1],
    kernel: [2, 2, 1, 2],
    stride: 3,
    padding: [0, 0, 0, 0],
  },
];

const outputShape = ({ x, kernel, ...attributes }: Convolution): Shape =>
  conv2d(input('x', x), input('kernel', kernel), attributes).shape;

/**
 * The cases of every op and every layer; one without an entry does not compile.
 * Each shows the op to the gradient check and to whatever else needs examples of it.
 */
export const opCases: { readonly [K in OpName | CompositeName]: readonly Case[] } = {
  input: [],
  constant: [],
  negate: unary(negate, normal),
  exp: unary(exp, normal),
  log: unary(log, positive),
  sqrt: unary(sqrt, positive),
  reciprocal: unary(reciprocal, positive),
  square: unary(square, normal),
  abs: unary(abs, awayFromZero, closeToZero),
  sign: unary(sign, awayFromZero, closeToZero),
  tanh: unary(tanh, normal),
  sigmoid: unary(sigmoid, normal),
  softplus: unary(softplus, normal, closeToZero),
  leakyRelu: [
    ...unary(x => leakyRelu(x, 0.2), awayFromZero, closeToZero),
    ...unary(relu, awayFromZero, closeToZero),
  ],
  add: binary(add, awayFromZero),
  subtract: binary(subtract, awayFromZero),
  multiply: binary(multiply, awayFromZero),
  divide: binary(divide, positive),
  select: [
    { title: 'one shape', inputs: [selector(2, 3), normal(2, 3), normal(2, 3)], build: select },
    { title: 'scalars', inputs: [selector(), normal(), normal()], build: select },
    { title: 'all stretch', inputs: [selector(2, 1, 1), normal(3, 1), normal(4)], build: select },
    { title: 'scalar condition', inputs: [selector(), normal(2, 3), normal(3)], build: select },
    { title: 'long condition', inputs: [selector(2, 3), normal(), normal(2, 1)], build: select },
    { title: 'number first', inputs: [selector(2, 3), normal(3)], build: (c, x) => select(c!, 0, x!) },
    { title: 'number last', inputs: [selector(2, 3), normal(2, 1)], build: (c, x) => select(c!, x!, 0.5) },
    { title: 'by its own sign', inputs: [closeToZero(2, 3)], build: x => select(x!, x!, multiply(x!, 3)) },
  ],
  reshape: [
    { title: 'to a vector', inputs: [normal(2, 3, 2)], build: x => reshape(x!, [12]) },
    { title: 'to more axes', inputs: [normal(6)], build: x => reshape(x!, [1, 3, 1, 2]) },
    { title: 'to a scalar', inputs: [normal(1, 1)], build: x => reshape(x!, []) },
  ],
  transpose: [
    { title: 'matrix', inputs: [normal(2, 3)], build: x => transpose(x!, [1, 0]) },
    { title: 'not its own inverse', inputs: [normal(2, 3, 4)], build: x => transpose(x!, [2, 0, 1]) },
    { title: 'NHWC to NCHW', inputs: [normal(2, 3, 1, 2)], build: x => transpose(x!, [0, 3, 1, 2]) },
  ],
  concat: [
    {
      title: 'channels',
      inputs: [normal(2, 2, 1, 3), normal(2, 2, 1, 1)],
      build: (a, b) => concat([a!, b!], 3),
    },
    {
      title: 'first axis of three',
      inputs: [normal(1, 2), normal(3, 2), normal(2, 2)],
      build: (...x) => concat(x, 0),
    },
    {
      title: 'middle axis',
      inputs: [normal(2, 1, 3), normal(2, 2, 3)],
      build: (a, b) => concat([a!, b!], 1),
    },
    { title: 'the same input twice', inputs: [normal(2, 3)], build: x => concat([x!, x!], 1) },
    { title: 'alone', inputs: [normal(2, 3)], build: x => concat([x!], 0) },
  ],
  slice: [
    { title: 'middle', inputs: [normal(4, 5)], build: x => slice(x!, [1, 2], [2, 2]) },
    { title: 'start', inputs: [normal(3, 4)], build: x => slice(x!, [0, 0], [2, 4]) },
    { title: 'end', inputs: [normal(2, 3, 4)], build: x => slice(x!, [1, 0, 3], [1, 3, 1]) },
  ],
  pad: [
    { title: 'all round', inputs: [normal(2, 3)], build: x => pad(x!, [1, 2], [2, 1]) },
    { title: 'before', inputs: [normal(2, 3)], build: x => pad(x!, [1, 0], [0, 0]) },
    { title: 'image', inputs: [normal(2, 2, 3, 1)], build: x => pad(x!, [0, 1, 1, 0], [0, 2, 2, 0]) },
  ],
  reverse: [
    { title: 'rows', inputs: [normal(2, 3, 2)], build: x => reverse(x!, 1) },
    { title: 'last axis', inputs: [normal(2, 4)], build: x => reverse(x!, 1) },
    { title: 'first axis of an image', inputs: [normal(2, 2, 3, 1)], build: x => reverse(x!, 0) },
  ],
  sum: [
    { title: 'all axes', inputs: [normal(2, 3)], build: x => sum(x!, [0, 1]) },
    { title: 'last axis', inputs: [normal(2, 3)], build: x => sum(x!, [1]) },
    { title: 'as batch norm does', inputs: [normal(2, 3, 2, 2)], build: x => sum(x!, [0, 1, 2]) },
    { title: 'scattered axes', inputs: [normal(2, 3, 2, 2)], build: x => sum(x!, [3, 1]) },
  ],
  broadcast: [
    { title: 'rows', inputs: [normal(1, 3)], build: x => broadcast(x!, [4, 3]) },
    { title: 'columns', inputs: [normal(2, 1)], build: x => broadcast(x!, [2, 3]) },
    { title: 'outer axes', inputs: [normal(1, 1, 3, 1)], build: x => broadcast(x!, [2, 2, 3, 2]) },
  ],
  conv2d: convolutions.map(({ title, x, kernel, stride, padding }) => ({
    title,
    inputs: [normal(...x), normal(...kernel)],
    build: (x, kernel) => conv2d(x!, kernel!, { stride, padding }),
  })),
  conv2dInput: convolutions.map(convolution => ({
    title: convolution.title,
    inputs: [normal(...outputShape(convolution)), normal(...convolution.kernel)],
    build: (y, kernel) => conv2dInput(y!, kernel!, convolution.x, convolution),
  })),
  conv2dKernel: convolutions.map(convolution => ({
    title: convolution.title,
    inputs: [normal(...convolution.x), normal(...outputShape(convolution))],
    build: (x, y) => conv2dKernel(x!, y!, convolution.kernel, convolution),
  })),
  upsample2d: [
    { title: 'batch of two', inputs: [normal(2, 2, 3, 2)], build: upsample2d },
    { title: 'one pixel', inputs: [normal(1, 1, 1, 3)], build: upsample2d },
  ],
  sumPool2d: [
    { title: 'batch of two', inputs: [normal(2, 2, 4, 2)], build: sumPool2d },
    { title: 'one block', inputs: [normal(1, 2, 2, 3)], build: sumPool2d },
  ],
  mean: [
    { title: 'all axes', inputs: [normal(2, 3)], build: x => mean(x!, [0, 1]) },
    { title: 'of each image', inputs: [normal(2, 3, 2, 2)], build: x => mean(x!, [1, 2]) },
  ],
  averagePool2d: [
    {
      title: '3×3 of stride 2',
      inputs: [normal(2, 4, 5, 2)],
      build: x => averagePool2d(x!, { size: 3, stride: 2, padding: 1 }),
    },
    {
      title: '2×2 without padding',
      inputs: [normal(1, 4, 4, 3)],
      build: x => averagePool2d(x!, { size: 2, stride: 2, padding: 0 }),
    },
  ],
  reflectPad: [
    { title: 'by one pixel', inputs: [normal(2, 3, 2, 2)], build: x => reflectPad(x!, 1) },
    { title: 'by three', inputs: [normal(1, 4, 5, 1)], build: x => reflectPad(x!, 3) },
  ],
  blur: [{ title: 'a batch', inputs: [normal(2, 3, 4, 2)], build: x => blur(x!) }],
  batchNormTraining: [
    {
      title: 'a batch',
      inputs: [normal(2, 3, 2, 2), awayFromZero(2), normal(2)],
      build: (x, gamma, beta) => batchNormTraining(x!, gamma!, beta!, 0.1).output,
    },
  ],
  batchNormInference: [
    {
      title: 'a batch',
      inputs: [normal(2, 3, 2, 2), awayFromZero(2), normal(2), normal(2), positive(2)],
      build: (x, gamma, beta, mean, variance) =>
        batchNormInference(x!, gamma!, beta!, { mean: mean!, variance: variance! }, 0.1),
    },
  ],
  instanceNorm: [{ title: 'a batch', inputs: [normal(2, 3, 3, 2)], build: x => instanceNorm(x!, 0.1) }],
  dropout: [
    {
      title: 'an image',
      inputs: [normal(1, 2, 3, 2), normal(1, 2, 3, 2)],
      build: (x, m) => dropout(x!, m!, 0.5),
    },
  ],
};
