// Usage: node .ci/summary.mjs RESULTS FAILURE…
// Prints the slowest files, what failed, and the counts of what results-reporter.mjs has written. Fails where a test has failed.
import { readResults } from './results.mjs';

const [path, ...failures] = process.argv.slice(2);
const { files, tests } = readResults(path);
const broken = files.filter(file => file.broken);
const failed = tests.filter(test => test.state === 'failed');
const count = state => tests.filter(test => test.state === state).length;

console.log('\nSlowest test files:');
for (const { file, ms } of files.toSorted((a, b) => b.ms - a.ms).slice(0, 10)) {
  console.log(`${(ms / 1000).toFixed(1).padStart(7)} s  ${file}`);
}
for (const { file, test, first } of tests.filter(
  test => test.first.state === 'failed' && test.state === 'passed',
)) {
  console.log(`Passed only in the second run: ${file} > ${test}: ${first.message}`);
}
for (const failure of failures) console.log(`Failed: ${failure}`);
for (const { file, test, message } of failed) console.log(`Failed: ${file} > ${test}: ${message}`);
for (const { file } of broken) console.log(`Broken outside its tests: ${file}`);

const skipped = count('skipped');
const bad = failed.length + broken.length;
console.log(`\n${count('passed')} passed, ${bad} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
process.exitCode = tests.length > 0 && bad === 0 ? 0 : 1;
