import type { RunConfig } from '../../../../src/config/config.ts';
import { decodeWeights } from '../../../../src/formats/safetensors.ts';
import { concat, input, multiply, type Tensor, topological } from '../../../../src/graph/index.ts';
import { withInputs } from '../../../../src/graph/tensor.ts';
import { inferenceMode, trainingMode } from '../../../../src/nn/layers.ts';
import { Variables } from '../../../../src/nn/variables.ts';
import { translatePass } from '../../../../src/step/graphs.ts';
import { conditionShape, discriminatorLogits, targetShape } from '../../../../src/step/model.ts';

// The project's own networks, as graphs with more outputs and inputs than training needs.

/** Both networks after training, as a checkpoint holds them. */
export interface TrainedNetworks {
  readonly config: RunConfig;
  readonly values: Readonly<Record<string, Float32Array>>;
}

/** The networks in a checkpoint's model.safetensors. */
export function readNetworks(file: Uint8Array): TrainedNetworks {
  const { tensors, metadata } = decodeWeights(file);
  const values = Object.fromEntries([...tensors].map(([name, { data }]) => [name, data]));
  return { config: JSON.parse(metadata.config!), values };
}

type Graph = Record<string, Tensor>;

/** The name of the input, a number, that a decoder block's skip connection is multiplied by. */
export const gateName = (block: number): string => `gate ${block}`;

/** Encoder levels of an article U-Net, from the outermost on; the decoder has a block for all but the last. */
export function levelsOf({ generator: { levels } }: RunConfig): number {
  return levels!;
}

/**
 * The trained U-Net with a gate on each skip connection. Outputs: `fake` [1,H,W,3], and [1,h,w,C] each what the encoder's
 * `down1`, `down2` … and the decoder's `up1`, `up2` … make, the latter without the skip connection.
 */
export function gatedGenerator(config: RunConfig): Graph {
  const features: Graph = {};
  const replaced = new Map<Tensor, Tensor>();
  const { fake } = translatePass(config).outputs;
  for (const tensor of topological([fake!])) {
    const own = withInputs(tensor, each => replaced.get(each) ?? each);
    const block = Number(/^G\/up(\d+)$/.exec(tensor.scope)?.[1]);
    const isJoined = tensor.op.name === 'concat' && block > 0;
    replaced.set(tensor, isJoined ? gated(own, block) : own);
    // The last tensor of an encoder's level is its output.
    const level = /^G\/(down\d+)\b/.exec(tensor.scope)?.[1];
    if (level) features[level] = replaced.get(tensor)!;
    if (isJoined) features[`up${block}`] = own.inputs[0]!;
  }
  return { ...features, fake: replaced.get(fake!)! };
}

/** What joins a decoder block to its skip connection, with the latter multiplied by an input. */
function gated({ inputs: [decoded, skip] }: Tensor, block: number): Tensor {
  return concat([decoded!, multiply(skip!, input(gateName(block), []))], 3);
}

/**
 * What the trained discriminator says of an image and its condition: logits [1,h,w,1], once as in its own training steps
 * (batch norms use the statistics of this image) and once as in the generator's (they use moving averages).
 */
export function judgingDiscriminator(config: RunConfig): Graph {
  const [image, condition] = [
    input('image', targetShape(config, 1)),
    input('condition', conditionShape(config, 1)),
  ];
  const variables = new Variables();
  const logits = (mode: typeof trainingMode) =>
    discriminatorLogits(config, variables, image, condition, mode);
  // Moving averages first: afterwards the same variables would have the values of the next step.
  const moving = logits(inferenceMode);
  return { moving, own: logits(trainingMode) };
}

/** Pixels [from, to) along one side of the image that a patch of the article's discriminator depends on. */
export function receptiveField(patch: number, layers: number): readonly [from: number, to: number] {
  // The last convolution has stride 1 and pads one pixel before; those of stride 2 pad one on either side.
  let [from, to] = [patch - 1, patch + 3];
  for (let layer = 0; layer < layers; layer++) [from, to] = [2 * from - 1, 2 * to + 1];
  return [from, to];
}
