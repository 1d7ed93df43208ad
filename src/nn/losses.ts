import * as graph from '../graph/index.ts';
import {
  abs,
  add,
  averagePool2d,
  multiply,
  reshape,
  slice,
  softplus,
  square,
  subtract,
  sum,
  type Tensor,
} from '../graph/index.ts';

/** Mean over all elements, a scalar. */
export function mean(x: Tensor): Tensor {
  const axes = x.shape.map((_, axis) => axis);
  return reshape(graph.mean(x, axes), []);
}

/**
 * Mean binary cross-entropy of σ(logits) with one label for all of them, computed from the logits:
 * −label·log σ(x) − (1−label)·log(1−σ(x)) = softplus(x) − label·x.
 * @param label a scalar, 1 for real and 0 for generated.
 */
export function binaryCrossEntropy(logits: Tensor, label: Tensor | number): Tensor {
  return mean(subtract(softplus(logits), multiply(logits, label)));
}

/** Mean |a − b|. */
export function meanAbsoluteError(a: Tensor, b: Tensor): Tensor {
  return mean(abs(subtract(a, b)));
}

/**
 * Mean |a − b| after 4×4 average pooling of both, [N,H,W,C] each. It tolerates shifts by a pixel or two.
 */
export function coarseError(a: Tensor, b: Tensor): Tensor {
  return mean(abs(averagePool2d(subtract(a, b), { size: 4, stride: 4, padding: 0 })));
}

/** Mean (a − b)²; `b` may be a number. */
export function meanSquaredError(a: Tensor, b: Tensor | number): Tensor {
  return mean(square(subtract(a, b)));
}

/** Mean |difference| between vertical neighbours plus that between horizontal ones, of images [N,H,W,C]. */
export function totalVariation(images: Tensor): Tensor {
  return add(variationAlong(images, 1), variationAlong(images, 2));
}

function variationAlong(images: Tensor, axis: number): Tensor {
  const size = images.shape.map((length, i) => (i === axis ? length - 1 : length));
  const second = images.shape.map((_, i) => (i === axis ? 1 : 0));
  const first = images.shape.map(() => 0);
  return meanAbsoluteError(slice(images, second, size), slice(images, first, size));
}

/**
 * Feature matching (Wang et al. 2018, arXiv:1711.11585, eq. 4): the distance between a discriminator's features of two
 * images. It is the mean over scales of the sum over layers of mean |a − b|.
 * @param a features by scale and layer; @param b the same of the other image.
 */
export function featureDistance(
  a: readonly (readonly Tensor[])[],
  b: readonly (readonly Tensor[])[],
): Tensor {
  const distances = a.flatMap((features, scale) =>
    features.map((feature, layer) => meanAbsoluteError(feature, b[scale]![layer]!)),
  );
  return multiply(distances.reduce(add), 1 / a.length);
}

/**
 * Mean over pixels of the cross-entropy of softmax(logits) with the pixel's class, computed without overflow:
 * log Σ exp(logits) − the logit of the class. Pixels without a class add 0.
 * @param logits [N,H,W,K]; @param oneHot 1 at each pixel's class, 0 elsewhere, [N,H,W,K].
 */
export function softmaxCrossEntropy(logits: Tensor, oneHot: Tensor): Tensor {
  const axis = [logits.shape.length - 1];
  const total = multiply(logSumExp(logits), sum(oneHot, axis));
  return mean(subtract(total, sum(multiply(logits, oneHot), axis)));
}

/** log Σ exp over the last axis, which stays with length 1; by pairs, as log(eᵃ + eᵇ) = b + softplus(a − b). */
export function logSumExp(x: Tensor): Tensor {
  const length = x.shape.at(-1)!;
  if (length === 1) return x;
  const half = length >> 1;
  const [a, b] = [channels(x, 0, half), channels(x, half, half)];
  const pairs = logSumExp(add(b, softplus(subtract(a, b))));
  if (length % 2 === 0) return pairs;
  const last = channels(x, length - 1, 1);
  return add(last, softplus(subtract(pairs, last)));
}

function channels(x: Tensor, first: number, count: number): Tensor {
  const start = x.shape.map((_, axis) => (axis === x.shape.length - 1 ? first : 0));
  return slice(x, start, [...x.shape.slice(0, -1), count]);
}
