import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { layouts, secondsToFirstStep, withManyPairs } from '../reference/many-pairs.ts';

const isBuilt = existsSync(join(import.meta.dirname, '../../dist/index.js'));

// What 100,000 pairs take on an idle machine; npm run test:long counts the seconds of those.
test.skipIf(!isBuilt).each(layouts)(
  '5,000 pairs as %s start training within 10 s (needs "npm run build")',
  async layout => {
    expect(await withManyPairs(layout, 5000, secondsToFirstStep)).toBeLessThan(10);
  },
);
