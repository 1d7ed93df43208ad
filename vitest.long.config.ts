import { defineConfig } from 'vitest/config';
import { softwareGpu } from './test/reference/software-gpu.ts';
import { shared } from './vitest.config.ts';

/** Whole campaigns, of which the ordinary tests hold samples: `npm run test:long`. */
export default defineConfig({
  test: {
    ...shared,
    // The studio's enemies are the same ones, only more of them.
    include: ['test/long/**/*.test.ts', 'test/more/studio-hostile.test.ts'],
    env: { ...softwareGpu, PIX2PIX_FUZZED: '10000' },
    testTimeout: 600_000,
    hookTimeout: 600_000,
  },
});
