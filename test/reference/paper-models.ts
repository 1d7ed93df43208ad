import { layer, mask, unset } from './layers.ts';
import { tf } from './tensorflow.ts';

/** The U-Net of Isola et al. as their PyTorch code builds it, 8 levels, 256×256 RGB. Dropout masks are inputs. */
export function unetModel(filters: number): tf.LayersModel {
  const condition = tf.input({ name: 'condition', shape: [256, 256, 3] });
  const d1 = layer(conv('G/down1', filters), condition);
  const d2 = down('G/down2', d1, 2 * filters);
  const d3 = down('G/down3', d2, 4 * filters);
  const d4 = down('G/down4', d3, 8 * filters);
  const d5 = down('G/down5', d4, 8 * filters);
  const d6 = down('G/down6', d5, 8 * filters);
  const d7 = down('G/down7', d6, 8 * filters);
  const d8 = layer(conv('G/down8', 8 * filters), leaky(d7));
  const [m2, m3, m4] = [mask('G/up2', d6), mask('G/up3', d5), mask('G/up4', d4)];
  const u1 = up('G/up1', d8, d7, 8 * filters);
  const u2 = up('G/up2', u1, d6, 8 * filters, m2);
  const u3 = up('G/up3', u2, d5, 8 * filters, m3);
  const u4 = up('G/up4', u3, d4, 8 * filters, m4);
  const u5 = up('G/up5', u4, d3, 4 * filters);
  const u6 = up('G/up6', u5, d2, 2 * filters);
  const u7 = up('G/up7', u6, d1, filters);
  const output = layer(transposed('G/output', 3, true), layer(tf.layers.reLU(), u7));
  return tf.model({
    inputs: [condition, m2, m3, m4],
    outputs: layer(tf.layers.activation({ activation: 'tanh' }), output),
  });
}

/** The 70×70 PatchGAN of the same code: (image, condition) → logits. */
export function patchganModel(filters: number, size: number): tf.LayersModel {
  const image = tf.input({ name: 'image', shape: [size, size, 3] });
  const condition = tf.input({ name: 'condition', shape: [size, size, 3] });
  const pair = layer(tf.layers.concatenate(), condition, image);
  const d1 = leaky(padded('D/down1', pair, { filters, strides: 2, useBias: true }));
  const d2 = patchLayer('D/down2', d1, 2 * filters, 2);
  const d3 = patchLayer('D/down3', d2, 4 * filters, 2);
  const d4 = patchLayer('D/down4', d3, 8 * filters, 1);
  const logits = padded('D/output', d4, { filters: 1, strides: 1, useBias: true });
  return tf.model({ inputs: [image, condition], outputs: logits });
}

function down(scope: string, x: tf.SymbolicTensor, filters: number): tf.SymbolicTensor {
  return layer(norm(scope), layer(conv(scope, filters), leaky(x)));
}

function up(
  scope: string,
  x: tf.SymbolicTensor,
  skip: tf.SymbolicTensor,
  filters: number,
  mask?: tf.SymbolicTensor,
): tf.SymbolicTensor {
  const y = layer(norm(scope), layer(transposed(scope, filters, false), layer(tf.layers.reLU(), x)));
  return layer(tf.layers.concatenate(), skip, mask ? layer(tf.layers.multiply(), y, mask) : y);
}

function patchLayer(
  scope: string,
  x: tf.SymbolicTensor,
  filters: number,
  strides: number,
): tf.SymbolicTensor {
  return leaky(layer(norm(scope), padded(scope, x, { filters, strides, useBias: false })));
}

const leaky = (x: tf.SymbolicTensor) => layer(tf.layers.leakyReLU({ alpha: 0.2 }), x);

interface ConvOptions {
  readonly filters: number;
  readonly strides: number;
  readonly useBias: boolean;
}

/** PyTorch's Conv2d(…, padding=1). */
function padded(scope: string, x: tf.SymbolicTensor, options: ConvOptions): tf.SymbolicTensor {
  const larger = layer(tf.layers.zeroPadding2d({ padding: 1 }), x);
  const convolution = {
    name: `${scope}/conv`,
    kernelSize: 4,
    padding: 'valid',
    ...unset,
    ...options,
  } as const;
  return layer(tf.layers.conv2d(convolution), larger);
}

const conv = (scope: string, filters: number) =>
  tf.layers.conv2d({
    name: `${scope}/conv`,
    filters,
    kernelSize: 4,
    strides: 2,
    padding: 'same',
    useBias: false,
    ...unset,
  });

const transposed = (scope: string, filters: number, useBias: boolean) =>
  tf.layers.conv2dTranspose({
    name: `${scope}/conv`,
    filters,
    kernelSize: 4,
    strides: 2,
    padding: 'same',
    useBias,
    ...unset,
  });

const norm = (scope: string) =>
  tf.layers.batchNormalization({ name: `${scope}/norm`, momentum: 0.9, epsilon: 1e-5 });
