import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

/** Folders of src/ that use neither Node nor packages with more than the page needs. */
const pure = ['core', 'graph', 'metrics', 'models', 'nn'];

test('the page takes values from pure folders alone, and types from anywhere', () => {
  const files = readdirSync('ui', { recursive: true, encoding: 'utf8' }).filter(
    name => /\.tsx?$/.test(name) && !name.endsWith('.test.ts'),
  );
  const values = files.flatMap(file => {
    const imports = readFileSync(join('ui', file), 'utf8').matchAll(
      /^import (?!type )[^;]*?from '(?:\.\.\/)+src\/([\w-]+)\//gm,
    );
    return [...imports].map(([, folder]) => `${file} ← ${folder}`);
  });
  expect(values.length).toBeGreaterThan(5);
  expect(values.filter(value => !pure.some(folder => value.endsWith(`← ${folder}`)))).toEqual([]);
});
