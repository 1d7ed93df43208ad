import { describe, expect, it } from 'vitest';
import { collect } from '../../test/data-fixtures.ts';
import { mapAhead } from './map-ahead.ts';

const wait = (milliseconds: number) => new Promise(resolve => setTimeout(resolve, milliseconds));

describe('mapAhead', () => {
  it('keeps the order whichever item ends first, and works on at most `ahead` further items', async () => {
    let working = 0;
    let most = 0;
    const work = async (item: number) => {
      most = Math.max(most, ++working);
      await wait(item % 3 === 0 ? 8 : 1);
      working--;
      return item * 2;
    };
    const results = await collect(mapAhead([0, 1, 2, 3, 4, 5, 6], 2, work));
    expect(results).toEqual([0, 2, 4, 6, 8, 10, 12]);
    expect(most).toBe(3);
  });

  it('throws a failure when its turn comes', async () => {
    const seen: number[] = [];
    const read = async () => {
      const work = async (item: number) => (item === 2 ? Promise.reject(new Error('two')) : item);
      for await (const item of mapAhead([0, 1, 2, 3], 3, work)) {
        seen.push(item);
        await wait(2);
      }
    };
    await expect(read()).rejects.toThrow('two');
    expect(seen).toEqual([0, 1]);
  });
});
