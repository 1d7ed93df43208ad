import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { promisify } from 'node:util';
import { type Workload, workloadArguments } from '../../src/bench/contender.ts';
import { computingEnvironment } from '../../src/runtime/environment.ts';

const built = 'dist/bench/ours.js';

/** Whether page faults can't be counted: that needs Linux and "npm run build". */
export const faultsUnknown = !existsSync(built) || process.platform !== 'linux';

/** The article's networks at full width. */
export const articleWorkload: Workload = {
  preset: 'article',
  size: 256,
  filters: 64,
  levels: 8,
  batch: 1,
  threads: 2,
  device: 'cpu',
  forms: 'shipped',
};

/** Page faults of a training step in the environment of a training: the mean of six steps after four to warm up. */
export async function faultsOfStep(workload: Workload): Promise<number> {
  const steps = promisify(execFile)(process.execPath, [built, ...workloadArguments(workload)], {
    env: computingEnvironment(),
  });
  steps.child.stdin!.end('step\n'.repeat(10));
  const [, ...answers] = (await steps).stdout.trim().split('\n');
  const faults = answers.map(line => (JSON.parse(line) as { faults: number }).faults).slice(4);
  if (faults.length !== 6) throw new Error(`6 answers expected, ${faults.length} came`);
  return faults.reduce((sum, count) => sum + count) / faults.length;
}
