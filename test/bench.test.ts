import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { promisify } from 'node:util';
import { describe, expect, it, test } from 'vitest';
import { compare } from '../src/bench/compare.ts';
import type { Contender } from '../src/bench/contender.ts';
import { stepMacs, workloadConfig } from '../src/bench/workload.ts';

describe('compare', () => {
  it('takes turns, reverses them every other round, and leaves out the first', async () => {
    const calls: string[] = [];
    const contender = (name: string, milliseconds: number): Contender => ({
      name,
      version: '1',
      run: async () => {
        calls.push(name);
        return milliseconds + calls.length;
      },
      peakMemory: async () => null,
      stop: () => {},
    });
    const timings = await compare('step', [contender('a', 0), contender('b', 100)], 3, () => {});
    expect(calls.join('')).toBe('abbaabba');
    expect(timings).toEqual([
      {
        contender: 'a',
        version: '1',
        task: 'step',
        runs: [4, 5, 8],
        median: 5,
        minimum: 4,
        peakMemory: null,
      },
      {
        contender: 'b',
        version: '1',
        task: 'step',
        runs: [103, 106, 107],
        median: 106,
        minimum: 103,
        peakMemory: null,
      },
    ]);
  });
});

it('counts the arithmetic of the article’s step', () => {
  const config = workloadConfig({
    preset: 'article',
    size: 256,
    filters: 64,
    levels: 7,
    batch: 1,
    threads: 1,
    device: 'cpu',
    forms: 'shipped',
  });
  expect(stepMacs(config) / 1e9).toBeCloseTo(46.0, 1);
});

const launcher = 'bin/pix2pix.js';
test.skipIf(!existsSync('dist/bench/ours.js'))(
  'the command reports every task (needs "npm run build")',
  async () => {
    const flags = ['--size', '32', '--filters', '2', '--rounds', '2', '--forms', 'shipped', '--json'];
    const { stdout } = await promisify(execFile)(process.execPath, [launcher, 'bench', ...flags]);
    const report = JSON.parse(stdout);
    const own = report.timings.filter((timing: { contender: string }) => timing.contender === 'pix2pix');
    expect(own.map((timing: { task: string }) => timing.task)).toEqual(['step', 'generate', 'gemm']);
    for (const { runs, median, minimum } of own) {
      expect(runs).toHaveLength(2);
      expect(minimum).toBeGreaterThan(0);
      expect(median).toBeGreaterThanOrEqual(minimum);
    }
  },
);
