import { afterEach, beforeEach, expect, it } from 'vitest';
import { Random } from '../src/core/random.ts';
import { elements, type Shape } from '../src/core/shape.ts';
import { input, interpret, type Tensor, withScope } from '../src/graph/index.ts';
import { cladeUnet } from '../src/models/clade-unet.ts';
import { segmentationDiscriminator } from '../src/models/segmentation-discriminator.ts';
import { glorotUniform } from '../src/nn/initializers.ts';
import { trainingMode } from '../src/nn/layers.ts';
import { Variables } from '../src/nn/variables.ts';
import { randomValues } from './reference/random-values.ts';
import { largestDifference, tensorOf, tf } from './reference/tensorflow.ts';

const SIZE = 16;

beforeEach(() => tf.engine().startScope());
afterEach(() => tf.engine().endScope());

it.each(['resize', 'bilinear'] as const)(
  'the label-conditioned U-Net equals TensorFlow.js (%s)',
  upsampling => {
    const options = {
      filters: 4,
      levels: 3,
      blocks: 0,
      enhancerBlocks: 0,
      dropout: 0,
      outputChannels: 3,
      norm: 'instance',
      upsampling,
      skips: true,
      initializer: glorotUniform,
    } as const;
    const smooth = (x: tf.Tensor4D) => (upsampling === 'bilinear' ? blurred(x) : x);
    expectSame(
      [2, SIZE, SIZE, 5],
      (variables, planes) => cladeUnet(variables, planes, options, trainingMode),
      (layer, planes) => {
        const d1 = leaky(layer.conv(planes, 'G/down1', 2));
        const d2 = leaky(instanceNorm(layer.conv(d1, 'G/down2', 2)));
        const d3 = leaky(layer.conv(d2, 'G/down3', 2));
        const up = (x: tf.Tensor4D, level: number): tf.Tensor4D =>
          leaky(layer.clade(smooth(layer.conv(doubled(x), `G/up${level}`, 1)), planes, `G/up${level}`));
        const u2 = tf.concat([up(d3, 2), d2], 3);
        const u1 = tf.concat([up(u2, 1), d1], 3);
        return tf.tanh(layer.conv(up(u1, 0), 'G/output', 1));
      },
    );
  },
);

it.each([false, true])('the segmentation discriminator equals TensorFlow.js (blur: %s)', blur => {
  const shared = { norm: 'none', classes: 6, initializer: glorotUniform } as const;
  const options = { ...shared, filters: 4, layers: 3, blur };
  const even = (x: tf.Tensor4D) => (blur ? blurred(x) : x);
  expectSame(
    [2, SIZE, SIZE, 3],
    (variables, image) =>
      withScope('D', () => segmentationDiscriminator(variables, image, null, options, trainingMode).logits),
    (layer, image) => {
      const d1 = leaky(layer.conv(image, 'D/down1', 2));
      const d2 = leaky(layer.conv(even(d1), 'D/down2', 2));
      const d3 = leaky(layer.conv(even(d2), 'D/down3', 2));
      const u2 = tf.concat([leaky(layer.conv(doubled(d3), 'D/up2', 1)), d2], 3);
      const u1 = tf.concat([leaky(layer.conv(doubled(u2), 'D/up1', 1)), d1], 3);
      return layer.conv(u1, 'D/output', 1);
    },
  );
});

interface Layers {
  conv(x: tf.Tensor4D, scope: string, stride: 1 | 2): tf.Tensor4D;
  clade(x: tf.Tensor4D, planes: tf.Tensor4D, scope: string): tf.Tensor4D;
}

function expectSame(
  shape: Shape,
  network: (variables: Variables, x: Tensor) => Tensor,
  reference: (layer: Layers, x: tf.Tensor4D) => tf.Tensor4D,
): void {
  const variables = new Variables();
  const output = network(variables, input('x', shape));
  const weights = randomValues(variables.all(), Random.fromSeed(5));
  const random = Random.fromSeed(6);
  const x = new Float32Array(elements(shape)).map(() => 2 * random.uniform() - 1);
  const [actual] = interpret([output], { ...Object.fromEntries(weights), x });
  const expected = reference(layersOf(variables, weights), tensorOf(x, shape as number[]) as tf.Tensor4D);
  expect(actual!.shape).toEqual(expected.shape);
  expect(largestDifference(actual!.data, expected)).toBeLessThan(1e-4);
}

/** Layers with the weights of ours, by the names of their scopes. */
function layersOf(variables: Variables, weights: ReadonlyMap<string, Float32Array>): Layers {
  const shapes = new Map(variables.all().map(({ name, shape }) => [name, shape as number[]]));
  const weight = (name: string) => tensorOf(weights.get(name)!, shapes.get(name)!);
  const conv: Layers['conv'] = (x, scope, stride) => {
    const y = tf.conv2d(x, weight(`${scope}/conv/kernel`) as tf.Tensor4D, stride, 'same');
    const bias = `${scope}/conv/bias`;
    return weights.has(bias) ? tf.add(y, weight(bias)) : y;
  };
  return {
    conv,
    clade: (x, planes, scope) => {
      const factor = SIZE / x.shape[1];
      const labels = tf.avgPool(planes, factor, factor, 'valid');
      const scale = tf.add(conv(labels, `${scope}/clade/gamma`, 1), 1);
      return tf.add(tf.mul(instanceNorm(x), scale), conv(labels, `${scope}/clade/beta`, 1));
    },
  };
}

function instanceNorm(x: tf.Tensor4D): tf.Tensor4D {
  const { mean, variance } = tf.moments(x, [1, 2], true);
  return tf.div(tf.sub(x, mean), tf.sqrt(tf.add(variance, 1e-5)));
}

/** [1 2 1] / 4 down and across. */
function blurred(x: tf.Tensor4D): tf.Tensor4D {
  const channels = x.shape[3];
  const taps = [1, 2, 1].flatMap(down =>
    [1, 2, 1].flatMap(across => new Array(channels).fill((down * across) / 16)),
  );
  const padded = tf.mirrorPad(
    x,
    [
      [0, 0],
      [1, 1],
      [1, 1],
      [0, 0],
    ],
    'reflect',
  ) as tf.Tensor4D;
  return tf.depthwiseConv2d(padded, tf.tensor4d(taps, [3, 3, channels, 1]), 1, 'valid');
}

const leaky = (x: tf.Tensor4D): tf.Tensor4D => tf.leakyRelu(x, 0.2);

const doubled = (x: tf.Tensor4D): tf.Tensor4D =>
  tf.image.resizeNearestNeighbor(x, [2 * x.shape[1], 2 * x.shape[2]]);
