import { createImage, type Image, type Samples } from '../core/image.ts';
import type { Direction } from '../core/image-pair.ts';
import type { Size } from '../data/loading/transform.ts';
import { loadPair } from '../data/pair.ts';
import type { PairFiles } from '../data/pair-files.ts';
import { shownImage } from '../images/picture.ts';
import { areaResize } from '../images/resize.ts';
import type { Contestant } from './contestant.ts';

/** Conditions are compared at this size. */
const THUMBNAIL = 24;

/** The name of the baseline that returns its input. */
export const COPY = 'copy the input';

/** The baseline without training; a model's score should be better than its. */
export function copyBaseline(): Contestant {
  return baseline(COPY, 'the condition itself', async ({ condition }) => condition);
}

/** Baselines that use the training pairs: the mean of their targets, and the target of the most similar condition. */
export async function trainedBaselines(
  pairs: readonly PairFiles[],
  { direction, size, onProgress }: BaselineOptions,
): Promise<Contestant[]> {
  const [height, width] = size;
  const sums = new Float64Array(height * width * 3);
  const known: { readonly files: PairFiles; readonly thumbnail: Uint8Array }[] = [];
  for (const files of pairs) {
    const { condition, target } = await loadPair(files, direction);
    const { data } = areaResize(target, width, height);
    for (let i = 0; i < sums.length; i++) sums[i]! += data[i]!;
    known.push({ files, thumbnail: thumbnailOf(condition) });
    onProgress?.(known.length, pairs.length);
  }
  const mean = {
    ...createImage(width, height),
    data: Uint8Array.from(sums, sum => Math.round(sum / pairs.length)),
  };
  return [
    baseline('mean image', 'always the mean of the training targets', async () => mean),
    baseline(
      'nearest neighbour',
      'the target of the training pair whose condition is most similar at 24×24 pixels',
      async ({ name, condition }) => {
        const thumbnail = thumbnailOf(condition);
        // A training pair is not its own neighbour.
        const others = known.filter(({ files }) => files.name !== name || known.length === 1);
        const nearest = others.reduce((best, each) =>
          distance(each.thumbnail, thumbnail) < distance(best.thumbnail, thumbnail) ? each : best,
        );
        return (await loadPair(nearest.files, direction)).target;
      },
    ),
  ];
}

export interface BaselineOptions {
  readonly direction: Direction;
  /** Size of the mean image. */
  readonly size: Size;
  readonly onProgress?: (done: number, total: number) => void;
}

/** The real pictures: what a perfect model would score. */
export function truthContestant(): Contestant {
  return {
    ...baseline('the truth', 'the real pictures: the best score possible', async ({ target }) => target),
    kind: 'truth',
  };
}

function baseline(name: string, about: string, predict: Contestant['predict']): Contestant {
  return {
    name,
    kind: 'baseline',
    about,
    size: null,
    direction: null,
    channels: null,
    predict,
    close: async () => {},
  };
}

function thumbnailOf(image: Image<Samples>): Uint8Array {
  return areaResize(shownImage(image), THUMBNAIL, THUMBNAIL).data;
}

function distance(a: Uint8Array, b: Uint8Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i]! - b[i]!) ** 2;
  return sum;
}
