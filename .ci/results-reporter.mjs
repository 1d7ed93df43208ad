import { appendFileSync } from 'node:fs';
import { relative } from 'node:path';

/**
 * A reporter for vitest that appends a line of JSON to the file RESULTS for each test and each file as it ends, so that
 * the counts are there also where the run is cut off.
 */
export default class ResultsReporter {
  onTestCaseResult(test) {
    const { state, errors } = test.result();
    const message = errors?.[0]?.message?.split('\n')[0];
    append({ file: fileOf(test.module), test: test.fullName, state, message });
  }

  onTestModuleEnd(module) {
    const { collectDuration, setupDuration, duration } = module.diagnostic();
    // A file that breaks before or around its tests has no failed test to be counted: it counts as one itself.
    const broken = !module.ok() && [...module.children.allTests('failed')].length === 0;
    append({ file: fileOf(module), ms: collectDuration + setupDuration + duration, broken });
  }
}

function fileOf(module) {
  return relative('.', module.moduleId);
}

function append(result) {
  appendFileSync(process.env.RESULTS, `${JSON.stringify(result)}\n`);
}
