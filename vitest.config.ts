import { defineConfig } from 'vitest/config';
import { softwareGpu } from './test/reference/software-gpu.ts';

/** What all our tests share. */
export const shared = {
  env: softwareGpu,
  pool: 'forks',
  // Many times what any test takes on an idle machine: others may be busy.
  testTimeout: 300_000,
  hookTimeout: 300_000,
} as const;

/** Tests that compute on WebGPU in their own process, which the driver may take down with it. */
const isolated = ['test/inference-device.test.ts', 'test/resident.test.ts', 'test/resident-step.test.ts'];

/** `npm test`. */
export default defineConfig({
  test: {
    // All cores: by default vitest leaves one out, which of two is half.
    maxWorkers: '100%',
    projects: [
      {
        test: {
          ...shared,
          name: 'shared',
          include: ['src/**/*.test.ts', 'ui/**/*.test.ts', 'test/**/*.test.ts'],
          exclude: ['test/more/**', 'test/long/**', ...isolated],
          // One process per core for all files: starting a process and loading modules takes longer than most files.
          isolate: false,
        },
      },
      { test: { ...shared, name: 'isolated', include: isolated } },
    ],
  },
});
