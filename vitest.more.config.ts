import { defineConfig } from 'vitest/config';
import { shared } from './vitest.config.ts';

/** Tests that measure times or memory, which others beside them would spoil. */
const measured = [
  'large-memory',
  'many-pairs',
  'responsive',
  'studio-draw',
  'studio-hostile',
  'studio-load',
].map(name => `test/more/${name}.test.ts`);

/** What `npm test` has no time for, and then, one after the other, what measures: `npm run test:more`. */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          ...shared,
          name: 'further',
          include: ['test/more/**/*.test.ts'],
          exclude: measured,
          maxWorkers: '100%',
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: { ...shared, name: 'measured', include: measured, maxWorkers: 1, sequence: { groupOrder: 1 } },
      },
    ],
  },
});
