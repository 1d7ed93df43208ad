import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { type Workload, workloadArguments } from '../src/bench/contender.ts';
import { computingEnvironment } from '../src/runtime/environment.ts';

const built = 'dist/bench/ours.js';

/** The article's weights at full width, 24 million, and few pixels. */
const workload: Workload = {
  preset: 'article',
  size: 32,
  filters: 64,
  levels: 5,
  batch: 1,
  threads: 2,
  device: 'cpu',
  forms: 'shipped',
};

test.skipIf(!existsSync(built) || process.platform !== 'linux')(
  'a training step keeps its memory: fewer than 10 page faults after warm-up (needs Linux and "npm run build")',
  async () => {
    const steps = promisify(execFile)(process.execPath, [built, ...workloadArguments(workload)], {
      env: computingEnvironment(),
    });
    steps.child.stdin!.end('step\n'.repeat(10));
    const [, ...answers] = (await steps).stdout.trim().split('\n');
    const faults = answers.map(line => (JSON.parse(line) as { faults: number }).faults).slice(4);
    expect(faults).toHaveLength(6);
    expect(faults.reduce((sum, count) => sum + count) / faults.length).toBeLessThan(10);
  },
);
