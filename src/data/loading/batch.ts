import { type Image, imageToTensor, type Samples } from '../../core/image.ts';
import type { ImagePair } from '../../core/image-pair.ts';

/** Pairs as the networks take them: `condition` and `target` are [N, H, W, C] float32 in [−1, 1], N = names.length. */
export interface Batch {
  readonly names: readonly string[];
  readonly condition: Float32Array<ArrayBuffer>;
  readonly target: Float32Array<ArrayBuffer>;
}

/** Stacks pairs of one size. */
export function stackPairs(pairs: readonly ImagePair[]): Batch {
  return {
    names: pairs.map(({ name }) => name),
    condition: stackImages(pairs.map(({ condition }) => condition)),
    target: stackImages(pairs.map(({ target }) => target)),
  };
}

function stackImages(images: readonly Image<Samples>[]): Float32Array<ArrayBuffer> {
  const length = images[0]?.data.length ?? 0;
  const stacked = new Float32Array(images.length * length);
  images.forEach((image, i) => {
    imageToTensor(image, stacked.subarray(i * length, (i + 1) * length));
  });
  return stacked;
}
