import { defineConfig } from 'vitest/config';
import { softwareGpu } from './test/reference/software-gpu.ts';

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'ui/**/*.test.ts', 'test/**/*.test.ts'],
    exclude: ['test/long/**', 'node_modules/**'],
    env: softwareGpu,
    pool: 'forks',
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
