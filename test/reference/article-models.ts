import { layer, mask, unset } from './layers.ts';
import { tf } from './tensorflow.ts';

/** The article's generator, layer by layer as its Keras code has them; 256×256 RGB in and out. Dropout masks are inputs. */
export function articleGeneratorModel(filters: number): tf.LayersModel {
  const condition = tf.input({ name: 'condition', shape: [256, 256, 3] });
  const d1 = down('G/down1', condition, filters, false);
  const d2 = down('G/down2', d1, 2 * filters);
  const d3 = down('G/down3', d2, 4 * filters);
  const d4 = down('G/down4', d3, 8 * filters);
  const d5 = down('G/down5', d4, 8 * filters);
  const d6 = down('G/down6', d5, 8 * filters);
  const d7 = down('G/down7', d6, 8 * filters);
  const [m1, m2, m3] = [mask('G/up1', d6), mask('G/up2', d5), mask('G/up3', d4)];
  const u1 = up('G/up1', d7, d6, 8 * filters, m1);
  const u2 = up('G/up2', u1, d5, 8 * filters, m2);
  const u3 = up('G/up3', u2, d4, 8 * filters, m3);
  const u4 = up('G/up4', u3, d3, 4 * filters);
  const u5 = up('G/up5', u4, d2, 2 * filters);
  const u6 = up('G/up6', u5, d1, filters);
  const u7 = layer(tf.layers.upSampling2d({ size: [2, 2] }), u6);
  const output = layer(conv('G/output', { filters: 3, strides: 1, activation: 'tanh' }), u7);
  return tf.model({ inputs: [condition, m1, m2, m3], outputs: output });
}

/** The article's discriminator: (image, condition) → probabilities, one per patch. */
export function articleDiscriminatorModel(filters: number, size: number): tf.LayersModel {
  const image = tf.input({ name: 'image', shape: [size, size, 3] });
  const condition = tf.input({ name: 'condition', shape: [size, size, 3] });
  const pair = layer(tf.layers.concatenate(), image, condition);
  const d1 = down('D/down1', pair, filters, false);
  const d2 = down('D/down2', d1, 2 * filters);
  const d3 = down('D/down3', d2, 4 * filters);
  const d4 = down('D/down4', d3, 8 * filters);
  const validity = layer(conv('D/output', { filters: 1, strides: 1, activation: 'sigmoid' }), d4);
  return tf.model({ inputs: [image, condition], outputs: validity });
}

function down(scope: string, x: tf.SymbolicTensor, filters: number, normalised = true): tf.SymbolicTensor {
  const y = layer(conv(scope, { filters, strides: 2 }), x);
  const activated = layer(tf.layers.leakyReLU({ alpha: 0.2 }), y);
  return normalised ? layer(norm(scope), activated) : activated;
}

function up(
  scope: string,
  x: tf.SymbolicTensor,
  skip: tf.SymbolicTensor,
  filters: number,
  mask?: tf.SymbolicTensor,
): tf.SymbolicTensor {
  const larger = layer(tf.layers.upSampling2d({ size: [2, 2] }), x);
  const y = layer(conv(scope, { filters, strides: 1, activation: 'relu' }), larger);
  const dropped = mask ? layer(tf.layers.multiply(), y, mask) : y;
  return layer(tf.layers.concatenate(), layer(norm(scope), dropped), skip);
}

interface ConvOptions {
  readonly filters: number;
  readonly strides: number;
  readonly activation?: 'relu' | 'tanh' | 'sigmoid';
}

const conv = (scope: string, options: ConvOptions) =>
  tf.layers.conv2d({ name: `${scope}/conv`, kernelSize: 4, padding: 'same', ...unset, ...options });

const norm = (scope: string) =>
  tf.layers.batchNormalization({ name: `${scope}/norm`, momentum: 0.99, epsilon: 1e-3 });
