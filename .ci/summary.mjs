// Usage: node .ci/summary.mjs RESULTS FAILURE…
// Prints the slowest files and the counts of what results-reporter.mjs has written, and fails where a test has failed.
import { readFileSync } from 'node:fs';

const [path, ...failures] = process.argv.slice(2);
const results = readFileSync(path, 'utf8')
  .split('\n')
  .filter(Boolean)
  .map(line => JSON.parse(line));
const files = results.filter(result => 'file' in result);
const broken = files.filter(file => file.broken);
const count = state => results.filter(result => result.state === state).length;
const [passed, failed, skipped] = [count('passed'), count('failed') + broken.length, count('skipped')];

console.log('\nSlowest test files:');
for (const { file, ms } of files.toSorted((a, b) => b.ms - a.ms).slice(0, 10)) {
  console.log(`${(ms / 1000).toFixed(1).padStart(7)} s  ${file}`);
}
for (const failure of failures) console.log(`Failed: ${failure}`);
for (const { file } of broken) console.log(`Broken outside its tests: ${file}`);

console.log(`\n${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
process.exitCode = passed > 0 && failed === 0 ? 0 : 1;
