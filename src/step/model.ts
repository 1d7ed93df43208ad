import type { RunConfig } from '../config/config.ts';
import { UserError } from '../core/errors.ts';
import { sameShape, showShape } from '../core/shape.ts';
import { concat, reshape, slice, type Tensor, withScope } from '../graph/index.ts';
import { judgeAtScales } from '../models/discriminators.ts';
import { generators } from '../models/generators.ts';
import type { Judgement } from '../models/network.ts';
import { kernelInitializers } from '../nn/initializers.ts';
import { boundaries as boundariesOf, nearestColorIndices, oneHot } from '../nn/label-maps.ts';
import type { Mode } from '../nn/layers.ts';
import { luminanceOf, ycbcrToRgb } from '../nn/luminance.ts';
import type { Variables } from '../nn/variables.ts';

/** Custom parts of a model, in place of or in addition to the configured ones. */
export interface CustomParts {
  /** Instead of the configured generator: condition [N,H,W,Cin] → image [N,H,W,Cout] in (−1, 1). */
  readonly generator?: (variables: Variables, condition: Tensor, mode: Mode) => Tensor;
  /** A scalar that is added to the generator's configured objective. */
  readonly loss?: (images: GeneratedImages) => Tensor;
}

/** Batches of images on [−1, 1], [N,H,W,C] each. */
export interface GeneratedImages {
  readonly fake: Tensor;
  readonly target: Tensor;
  readonly condition: Tensor;
}

/**
 * The conditions [N,H,W,Cin] as the networks see them: the pictures themselves or, for label maps, one plane per class; then
 * a boundary plane, if the config asks for one.
 */
function encodedCondition({ labels }: RunConfig, condition: Tensor): Tensor {
  const { planes, palette, boundaries } = labels;
  if (!planes && boundaries !== 'ids') return condition;
  const channels = condition.shape.at(-1)!;
  const colors = channelsOf(condition, 0, boundaries === 'ids' ? channels - 1 : channels);
  if (planes && palette === null) {
    throw new UserError(
      'Cannot encode label maps as planes without their colours: list them in labels.palette, or start a new run with "pix2pix train DATA --label-planes"',
    );
  }
  const classes = planes ? nearestColorIndices(colors, palette!) : null;
  const shown = classes ? oneHot(classes, palette!.length) : colors;
  if (boundaries === 'none') return shown;
  const ids = boundaries === 'ids' ? channelsOf(condition, channels - 1, 1) : classes!;
  return concat([shown, boundariesOf(ids)], 3);
}

/** For label maps, the encoded conditions, which begin with one plane per class; otherwise null. */
export function labelPlanes(config: RunConfig, condition: Tensor): Tensor | null {
  return config.labels.planes ? encodedCondition(config, condition) : null;
}

/** 1, or for a segmentation loss the number of classes: "generated" and the labels, or "generated" and "real". */
function logitsPerPatch({ loss, labels }: RunConfig): number {
  if (loss.adversarial !== 'segmentation') return 1;
  return 1 + (labels.planes ? labels.palette!.length : 1);
}

function channelsOf(x: Tensor, first: number, count: number): Tensor {
  return slice(x, [0, 0, 0, first], [...x.shape.slice(0, 3), count]);
}

/** Adds the generator to a graph: condition [N,H,W,Cin] → image [N,H,W,Cout]. */
export function generator(
  config: RunConfig,
  variables: Variables,
  condition: Tensor,
  mode: Mode,
  { generator: custom }: CustomParts = {},
): Tensor {
  if (custom)
    return assertImage(
      withScope('G', () => custom(variables, encodedCondition(config, condition), mode)),
      condition,
      config.channels.target,
    );
  const { architecture, levels, initializer, keepLuminance, inference: _, ...options } = config.generator;
  if (levels === null) throw new Error('Cannot build a generator before its levels are resolved');
  const all = {
    ...options,
    levels,
    initializer: kernelInitializers[initializer],
    outputChannels: keepLuminance ? 2 : config.channels.target,
  };
  const made = generators[architecture].build(variables, encodedCondition(config, condition), all, mode);
  return keepLuminance ? ycbcrToRgb(luminanceOf(condition), made) : made;
}

function assertImage(image: Tensor, condition: Tensor, channels: number): Tensor {
  const wanted = [...condition.shape.slice(0, 3), channels];
  if (sameShape(image.shape, wanted)) return image;
  throw new Error(
    `Cannot use the custom generator: it makes ${showShape(image.shape)} of ${showShape(condition.shape)}, not ${showShape(wanted)}`,
  );
}

/** Adds the configured discriminators to a graph. Returns one judgement per scale, finest first. */
export function judgeBatch(
  config: RunConfig,
  variables: Variables,
  image: Tensor,
  condition: Tensor,
  mode: Mode,
): Judgement[] {
  const { architecture, conditional, initializer, ...options } = config.discriminator;
  const all = { ...options, classes: logitsPerPatch(config), initializer: kernelInitializers[initializer] };
  return judgeAtScales(
    architecture,
    variables,
    image,
    conditional ? encodedCondition(config, condition) : null,
    all,
    mode,
  );
}

/** The configured discriminators' logits: [N,h,w,1], or those of several scales concatenated, [N,patches,1,1]. */
export function discriminatorLogits(
  config: RunConfig,
  variables: Variables,
  image: Tensor,
  condition: Tensor,
  mode: Mode,
): Tensor {
  const judgements = judgeBatch(config, variables, image, condition, mode);
  const logits = judgements.map(judgement => judgement.logits);
  if (logits.length === 1) return logits[0]!;
  const flat = logits.map(each => reshape(each, [each.shape[0]!, each.shape[1]! * each.shape[2]!, 1, 1]));
  return concat(flat, 1);
}

/** How the trained generator translates. */
export function translationMode({ generator }: RunConfig): Mode {
  return {
    batchStatistics: generator.inference.statistics === 'batch',
    dropout: generator.inference.dropout,
  };
}

/** Shape of a batch of conditions, [N,H,W,Cin]. */
export function conditionShape(config: RunConfig, batchSize = config.batchSize): readonly number[] {
  return [batchSize, ...config.size, config.channels.condition];
}

/** Shape of a batch of targets or generated images, [N,H,W,Cout]. */
export function targetShape(config: RunConfig, batchSize = config.batchSize): readonly number[] {
  return [batchSize, ...config.size, config.channels.target];
}
