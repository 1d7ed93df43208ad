import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

/** Folders of src/ that use neither Node nor packages that the page doesn't need. */
const pure = ['core', 'graph', 'metrics', 'models', 'nn', 'web'];
/** The lab trains in the page with the browser code of `src/`; an import of Node's modules would fail the page's build. */
const forBrowsers = ['lab/pairs.ts ← browser', 'lab/worker.ts ← browser', 'lab/worker.ts ← runtime'];

test('the page imports values from pure folders only, the lab also from those for browsers, and types from anywhere', () => {
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
  const impure = values.filter(value => !pure.some(folder => value.endsWith(`← ${folder}`)));
  expect(impure.filter(value => !forBrowsers.includes(value))).toEqual([]);
});
