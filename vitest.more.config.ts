import { defineConfig } from 'vitest/config';
import { shared } from './vitest.config.ts';

/** What `npm test` has no time for, and what measures times, which other tests would spoil: `npm run test:more`. */
export default defineConfig({
  test: {
    ...shared,
    include: ['test/more/**/*.test.ts'],
    maxWorkers: 1,
    testTimeout: 240_000,
    hookTimeout: 240_000,
  },
});
