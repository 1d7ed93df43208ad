import { defineConfig } from 'vitest/config';
import ordinary from './vitest.config.ts';

/** Whole campaigns, of which the ordinary tests hold samples: `npm run test:long`. */
export default defineConfig({
  test: {
    ...ordinary.test,
    include: ['test/long/**/*.test.ts'],
    exclude: [],
    testTimeout: 600_000,
    hookTimeout: 600_000,
  },
});
