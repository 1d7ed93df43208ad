import {
  constant,
  divide,
  multiply,
  pad,
  select,
  slice,
  subtract,
  sum,
  type Tensor,
} from '../graph/index.ts';
import { averagePoolTo } from './layers.ts';
import { logSumExp, softmaxCrossEntropy } from './losses.ts';

/**
 * The loss of OASIS (Sushko et al. 2021, arXiv:2012.04781, section 3.1): the discriminator classifies each pixel, with class 0
 * for generated ones, and the generator learns to have its pixels classified as their labels. All classes have equal weight,
 * however small their share of the picture. `logits` are [N,h,w,K+1]; the first K of `planes` [N,H,W,…] are the labels'.
 * Without labels, all real pixels are of one class, as for the U-Net discriminator of Schönfeld et al. 2020
 * (arXiv:2002.12655, section 3.1).
 */
export const segmentationLoss = {
  real: labeled,
  fake: (logits: Tensor): Tensor => ofClass(logits, 0),
  fool: labeled,
} as const;

/** Logits [N,h,w,K+1] → one logit [N,h,w,1] of a pixel being real, of any class. */
export function logOddsOfReal(logits: Tensor): Tensor {
  const { shape } = logits;
  const part = (first: number, count: number) =>
    slice(logits, [0, 0, 0, first], [...shape.slice(0, 3), count]);
  return subtract(logSumExp(part(1, shape[3]! - 1)), part(0, 1));
}

function labeled(logits: Tensor, planes: Tensor | null): Tensor {
  if (!planes) return ofClass(logits, 1);
  const labels = labelsOf(logits, planes);
  return softmaxCrossEntropy(logits, pad(multiply(labels, classWeights(labels)), [0, 0, 0, 1], [0, 0, 0, 0]));
}

/** The loss if all pixels are of one class. */
function ofClass(logits: Tensor, wanted: number): Tensor {
  const classes = logits.shape.at(-1)!;
  const oneHot = Float32Array.from({ length: classes }, (_, i) => (i === wanted ? 1 : 0));
  return softmaxCrossEntropy(logits, constant(oneHot, [1, 1, 1, classes]));
}

/** [N,h,w,K]: at a coarser size, each label's share of a pixel. */
function labelsOf(logits: Tensor, planes: Tensor): Tensor {
  const [batch, height, width] = planes.shape as [number, number, number];
  const labels = slice(planes, [0, 0, 0, 0], [batch, height, width, logits.shape.at(-1)! - 1]);
  return averagePoolTo(labels, logits.shape);
}

/** pixels / (classes present · pixels of the class), [1,1,1,K]. */
function classWeights(labels: Tensor): Tensor {
  const pixels = labels.shape[0]! * labels.shape[1]! * labels.shape[2]!;
  const counts = sum(labels, [0, 1, 2]);
  const present = sum(select(counts, 1, 0), [3]);
  return divide(pixels, multiply(present, select(counts, counts, 1)));
}
