import { describe, expect, it } from 'vitest';
import type { RunConfig } from '../config/config.ts';
import { presets } from '../config/presets.ts';
import { createPlateau, learningRateAt } from './schedule.ts';

const { paper } = presets;
const rates = (schedule: Partial<RunConfig['schedule']>, epochs: number[]) =>
  epochs.map(epoch =>
    learningRateAt(
      {
        optimizer: { ...paper.optimizer, learningRate: 1 },
        epochs: 10,
        batchSize: 16,
        schedule: { ...paper.schedule, ...schedule },
      },
      epoch,
    ),
  );
const close = (values: number[]) => values.map(value => expect.closeTo(value, 10));

describe('learningRateAt', () => {
  it.each<[Partial<RunConfig['schedule']>, number[], number[]]>([
    [{ course: 'constant' }, [0, 5, 9.9], [1, 1, 1]],
    [{ course: 'plateau' }, [0, 5, 9.9], [1, 1, 1]],
    [{ course: 'linear', constantEpochs: 6 }, [0, 6, 7, 9.5, 10], [1, 1, 0.75, 0.125, 0]],
    [{ course: 'linear', constantEpochs: 10 }, [0, 9.9], [1, 1]],
    [{ course: 'cosine', constantEpochs: 0 }, [0, 2.5, 5, 10], [1, (1 + Math.SQRT1_2) / 2, 0.5, 0]],
    [{ course: 'cosine', constantEpochs: 4 }, [4, 7], [1, 0.5]],
    [{ course: 'step', stepEpochs: 3, factor: 0.1 }, [0, 2.9, 3, 6.5, 9], [1, 1, 0.1, 0.01, 0.001]],
    [{ course: 'constant', warmUpEpochs: 2 }, [0, 0.5, 1, 2, 3], [0, 0.25, 0.5, 1, 1]],
    [{ course: 'constant', rateScaling: 'sqrt', warmUpEpochs: 2 }, [0, 1, 2], [0, 2, 4]],
    [{ course: 'constant', rateScaling: 'linear' }, [0], [16]],
    [{ course: 'linear', constantEpochs: 0, warmUpEpochs: 4 }, [2, 4], [0.5 * 0.8, 0.6]],
  ])('%j', (schedule, epochs, expected) => {
    expect(rates(schedule, epochs)).toEqual(close(expected));
  });

  it('is the paper’s: constant for 100 epochs, then down to 0 over 100', () => {
    expect([0, 100, 150, 200].map(epoch => learningRateAt(paper, epoch))).toEqual(
      close([2e-4, 2e-4, 1e-4, 0]),
    );
  });
});

describe('createPlateau', () => {
  const schedule = { ...paper.schedule, course: 'plateau', patience: 3, factor: 0.5 } as const;

  it('lowers the rate after each `patience` steps without a lower loss', () => {
    const plateau = createPlateau(schedule);
    const factors = Array.from({ length: 7 }, () => {
      plateau.observe(1);
      return plateau.factor;
    });
    expect(factors).toEqual([1, 1, 1, 0.5, 0.5, 0.5, 0.25]);
  });

  it('keeps the rate while losses fall', () => {
    const plateau = createPlateau(schedule);
    for (let step = 0; step < 20; step++) plateau.observe(-step);
    expect(plateau.factor).toBe(1);
  });

  it('does nothing with other schedules', () => {
    const plateau = createPlateau({ ...schedule, course: 'linear' });
    for (let step = 0; step < 20; step++) plateau.observe(1);
    expect(plateau.factor).toBe(1);
  });
});
