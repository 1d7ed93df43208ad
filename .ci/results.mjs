import { readFileSync } from 'node:fs';

/** The newest result of each test and of each file that results-reporter.mjs has written; `first` is a test's oldest. */
export function readResults(path) {
  const results = readFileSync(path, 'utf8')
    .split('\n')
    .filter(Boolean)
    .map(line => JSON.parse(line));
  const tests = new Map();
  const files = new Map();
  for (const result of results) {
    if ('test' in result) {
      const key = `${result.file} > ${result.test}`;
      tests.set(key, { ...result, first: tests.get(key)?.first ?? result });
    } else files.set(result.file, result);
  }
  return { tests: [...tests.values()], files: [...files.values()] };
}

/** The files with a test that has failed, or that broke outside their tests. */
export function failedFiles({ tests, files }) {
  const failed = [...tests.filter(({ state }) => state === 'failed'), ...files.filter(file => file.broken)];
  return [...new Set(failed.map(({ file }) => file))];
}
