import type { Trainee } from '../../step/trainee.ts';

/** How much a batch's generated images vary, relative to the targets: about 1 if they vary as much. */
interface ImageStatistics {
  /** How much pixels differ within an image. */
  readonly contrast: number;
  /** How much images differ from those of the previous batch; null if the targets hardly do. */
  readonly response: number | null;
}

/** Pixels of a batch that are read. */
const PIXELS = 1024;

/** Mean difference on [−1, 1] below which targets are too uniform to compare with. */
const LEAST = 0.01;

/** Returns the statistics of the last step's images; null if a device keeps them. */
export function imageStatistics(trainee: Trainee, channels: number): () => ImageStatistics | null {
  let images: Trainee['images'] = null;
  let statistics: (() => ImageStatistics) | null = null;
  return () => {
    // Images of another size are not compared with earlier ones.
    if (images !== trainee.images) {
      images = trainee.images;
      statistics = images && statisticsOf(images, channels);
    }
    return statistics?.() ?? null;
  };
}

/** @param images [N,H,W,C] each, C channels, whose contents change from step to step. */
function statisticsOf(images: NonNullable<Trainee['images']>, channels: number): () => ImageStatistics {
  const pixels = images.target.length / channels;
  const stride = channels * Math.max(1, Math.floor(pixels / PIXELS));
  const count = Math.floor(images.target.length / stride);
  const last = { fake: new Float32Array(count), target: new Float32Array(count) };
  let isFirst = true;

  /** Means of |value − next one| and of |value − last batch's|, of one channel of the pixels read. */
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
