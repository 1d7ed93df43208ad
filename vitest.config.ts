import { defineConfig } from 'vitest/config';
import { softwareGpu } from './test/reference/software-gpu.ts';

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'ui/**/*.test.ts', 'test/**/*.test.ts'],
    exclude: ['test/more/**', 'test/long/**', 'node_modules/**'],
    env: softwareGpu,
    pool: 'forks',
    // All cores: by default vitest leaves one out, which of two is half.
    maxWorkers: '100%',
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
