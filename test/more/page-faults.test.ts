import { expect, test } from 'vitest';
import { articleWorkload, faultsOfStep, faultsUnknown } from '../reference/step-faults.ts';

test.skipIf(faultsUnknown)(
  'a step of the article at its size keeps its memory, too (needs Linux and "npm run build")',
  async () => {
    expect(await faultsOfStep(articleWorkload)).toBeLessThan(10);
  },
  300_000,
);
