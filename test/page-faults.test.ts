import { expect, test } from 'vitest';
import { articleWorkload, faultsOfStep, faultsUnknown } from './reference/step-faults.ts';

test.skipIf(faultsUnknown)(
  'a training step keeps its memory: fewer than 10 page faults after warm-up (needs Linux and "npm run build")',
  async () => {
    // At five levels the networks have 24 million weights.
    expect(await faultsOfStep({ ...articleWorkload, size: 32, levels: 5 })).toBeLessThan(10);
  },
);
