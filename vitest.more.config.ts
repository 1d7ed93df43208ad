import { defineConfig } from 'vitest/config';
import ordinary from './vitest.config.ts';

/** What `npm test` has no time for, and what measures times and wants the machine for itself: `npm run test:more`. */
export default defineConfig({
  test: {
    ...ordinary.test,
    include: ['test/more/**/*.test.ts'],
    exclude: [],
    maxWorkers: 1,
    testTimeout: 240_000,
    hookTimeout: 240_000,
  },
});
