import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { layouts, secondsToFirstStep, withManyPairs } from '../reference/many-pairs.ts';

const isBuilt = existsSync(join(import.meta.dirname, '../../dist/index.js'));

test.skipIf(!isBuilt).each(layouts)(
  '100,000 pairs as %s start training within 10 s (needs "npm run build" and idle cores)',
  async layout => {
    const seconds = await withManyPairs(layout, 100_000, secondsToFirstStep);
    console.log(`100,000 pairs as ${layout}: first step after ${seconds.toFixed(1)} s`);
    expect(seconds).toBeLessThan(10);
  },
);
