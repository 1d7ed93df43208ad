/** How a batch's generated images look beside the targets, as shares: about 1 where they look alike. */
export interface ImageStatistics {
  /** How much pixels differ within an image. */
  readonly contrast: number;
  /** How much images differ from those of the batch before; null where the targets hardly do. */
  readonly response: number | null;
}

/** Pixels that are looked at, of a batch. */
const PIXELS = 1024;

/** Differences on [−1, 1] below which targets say nothing. */
const LEAST = 0.01;

/** @param images [N,H,W,C] each, C channels, whose contents change from step to step. */
export function imageStatistics(
  images: { readonly fake: Float32Array; readonly target: Float32Array },
  channels: number,
): () => ImageStatistics {
  const pixels = images.target.length / channels;
  const stride = channels * Math.max(1, Math.floor(pixels / PIXELS));
  const count = Math.floor(images.target.length / stride);
  const last = { fake: new Float32Array(count), target: new Float32Array(count) };
  let isFirst = true;

  /** Means of |value − next one| and of |value − last batch's|, of one channel of the pixels looked at. */
  const differences = (image: Float32Array, before: Float32Array) => {
    let [within, since] = [0, 0];
    for (let i = 0, at = 0; i < count; i++, at += stride) {
      const value = image[at]!;
      if (i > 0) within += Math.abs(value - image[at - stride]!);
      since += Math.abs(value - before[i]!);
      before[i] = value;
    }
    return { within: within / count, since: since / count };
  };

  return () => {
    const [fake, target] = [differences(images.fake, last.fake), differences(images.target, last.target)];
    const response = isFirst || target.since < LEAST ? null : fake.since / target.since;
    isFirst = false;
    return { contrast: target.within < LEAST ? 1 : fake.within / target.within, response };
  };
}
