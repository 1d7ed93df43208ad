import { appendFileSync } from 'node:fs';
import { relative } from 'node:path';

/**
 * A reporter for vitest that appends a line of JSON to the file RESULTS for each test and each file as it ends, so that
 * the counts are there also where the run is cut off.
 */
export default class ResultsReporter {
  onTestCaseResult(test) {
    append({ test: test.fullName, state: test.result().state });
  }

  onTestModuleEnd(module) {
    const { collectDuration, setupDuration, duration } = module.diagnostic();
    // A file that breaks before or around its tests has no failed test to be counted: it counts as one itself.
    const broken = !module.ok() && [...module.children.allTests('failed')].length === 0;
    append({ file: relative('.', module.moduleId), ms: collectDuration + setupDuration + duration, broken });
  }
}

function append(result) {
  appendFileSync(process.env.RESULTS, `${JSON.stringify(result)}\n`);
}
