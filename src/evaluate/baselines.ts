import type { Direction } from '../core/image-pair.ts';
import { loadPair } from '../data/pair.ts';
import type { Contestant } from './contestant.ts';
import type { TrainingPhotos } from './training-photos.ts';

/** The name of the baseline that returns its input. */
export const COPY = 'copy the input';

/** The baseline without training; a model's score should be better than its. */
export function copyBaseline(): Contestant {
  return baseline(COPY, 'the condition itself', async ({ condition }) => condition);
}

/** Baselines that use the training pairs: the mean of their targets, and the target of the most similar condition. */
export function trainedBaselines(training: TrainingPhotos, direction: Direction): Contestant[] {
  return [
    baseline('mean image', 'always the mean of the training targets', async () => training.mean),
    baseline(
      'nearest neighbour',
      'the target of the training pair whose condition is most similar at 24×24 pixels',
      async ({ name, condition }) =>
        (await loadPair(training.nearestByCondition(condition, name), direction)).target,
    ),
  ];
}

/** The real pictures: what a perfect model would score. */
export function truthContestant(): Contestant {
  return {
    ...baseline('the truth', 'the real images: the best score possible', async ({ target }) => target),
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
