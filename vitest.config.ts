import { defineConfig } from 'vitest/config';
import { softwareGpu } from './test/reference/software-gpu.ts';

/** What all our tests share. */
export const shared = {
  env: softwareGpu,
  pool: 'forks',
  testTimeout: 60_000,
  hookTimeout: 60_000,
} as const;

/** Unit tests that want a process of their own: they start servers and trainings, or end their process. */
const isolated = ['src/server/**/*.test.ts', 'src/runs/lock.test.ts'];

/** `npm test`. */
export default defineConfig({
  test: {
    // All cores: by default vitest leaves one out, which of two is half.
    maxWorkers: '100%',
    projects: [
      {
        test: {
          ...shared,
          name: 'units',
          include: ['src/**/*.test.ts', 'ui/**/*.test.ts'],
          exclude: isolated,
          // Starting a process and loading modules takes longer than most files.
          isolate: false,
        },
      },
      {
        test: {
          ...shared,
          name: 'whole',
          include: ['test/**/*.test.ts', ...isolated],
          exclude: ['test/more/**', 'test/long/**'],
        },
      },
    ],
  },
});
