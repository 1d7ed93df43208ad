// Usage: node .ci/failed-files.mjs RESULTS
// Prints the test files that failed, a line each.
import { failedFiles, readResults } from './results.mjs';

for (const file of failedFiles(readResults(process.argv[2]))) console.log(file);
