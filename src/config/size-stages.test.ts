import { describe, expect, it } from 'vitest';
import { configAfter, sizeStages, stepsOfSize, trainingSizes } from './size-stages.ts';

const config = { size: [256, 128], grow: '64x32:15%,128x64:35%', epochs: 10, steps: null } as const;

describe('the sizes of a run', () => {
  it('have their shares of the steps, and the last one the rest', () => {
    expect(trainingSizes(config)).toEqual([
      [64, 32],
      [128, 64],
      [256, 128],
    ]);
    expect(sizeStages(config, 1000)).toEqual([
      { size: [64, 32], steps: 150 },
      { size: [128, 64], steps: 350 },
      { size: [256, 128], steps: 500 },
    ]);
    expect(sizeStages({ size: [64, 64], grow: null }, 7)).toEqual([{ size: [64, 64], steps: 7 }]);
  });

  it('depend only on the number of steps done', () => {
    for (let done = 0; done <= 40; done++) {
      const stages = sizeStages(config, 40, done);
      expect(stages.reduce((sum, { steps }) => sum + steps, 0)).toBe(40 - done);
      expect(configAfter(config, 4, done).size).toEqual(
        done < 6 ? [64, 32] : done < 20 ? [128, 64] : [256, 128],
      );
    }
  });

  it('share the steps that a limit leaves', () => {
    const limited = { ...config, steps: 20 };
    expect(configAfter(limited, 4, 9).size).toEqual([128, 64]);
    expect(configAfter(limited, 4, 10).size).toEqual([256, 128]);
  });

  it('leave out a size whose share is less than half a step', () => {
    expect(sizeStages({ size: [64, 64], grow: '32:10%' }, 4)).toEqual([{ size: [64, 64], steps: 4 }]);
  });

  it('take time in proportion to their pixels', () => {
    expect(stepsOfSize([256, 128], sizeStages(config, 1000))).toBe(150 / 16 + 350 / 4 + 500);
    expect(stepsOfSize([64, 32], sizeStages(config, 1000, 400))).toBe(100 * 4 + 500 * 16);
  });
});
