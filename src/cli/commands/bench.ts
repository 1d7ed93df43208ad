import { availableParallelism, cpus } from 'node:os';
import { compare, type Timing } from '../../bench/compare.ts';
import { type Contender, start, tasks, type Workload } from '../../bench/contender.ts';
import { entries } from '../../bench/entries.ts';
import { profileLines, profileStep } from '../../bench/profile.ts';
import { type BenchReport, reportLines } from '../../bench/report.ts';
import { stepMacs, workloadConfig } from '../../bench/workload.ts';
import { resolveLevels } from '../../models/generators.ts';
import { defineCommand } from '../command.ts';
import { countProgress } from '../count-progress.ts';
import { parseNumber } from '../run-options.ts';

export const bench = defineCommand({
  description:
    'Time this machine: the article’s training step and translation, against PyTorch, plain ONNX Runtime and, where small enough, TensorFlow.js',
  args: {
    size: { type: 'string', valueHint: 'N', default: '256', description: 'Height and width in pixels' },
    filters: {
      type: 'string',
      valueHint: 'N',
      default: '64',
      description: 'Filters of both networks’ first layers',
    },
    'batch-size': { type: 'string', valueHint: 'N', default: '1', description: 'Pairs a step' },
    rounds: {
      type: 'string',
      valueHint: 'N',
      default: '7',
      description: 'Runs of each, after one to warm up',
    },
    threads: { type: 'string', valueHint: 'N', description: 'Threads of each; otherwise one per core' },
    profile: { type: 'boolean', description: 'Show instead where a step’s time goes, layer by layer' },
    json: { type: 'boolean', description: 'Print the report as JSON, with every run' },
  },
  examples: [
    'npx pix2pix bench',
    'npx pix2pix bench --profile',
    'npx pix2pix bench --size 128 --filters 32 --rounds 15',
  ],
  async run(args) {
    const [size, filters, batch, rounds] = (['size', 'filters', 'batch-size', 'rounds'] as const).map(name =>
      parseNumber(name, args[name]),
    ) as [number, number, number, number];
    const levels = resolveLevels('article', [size, size], batch, null);
    const threads =
      args.threads === undefined ? availableParallelism() : parseNumber('threads', args.threads);
    const workload = { size, filters, levels, batch, threads };
    if (args.profile === true) return showProfile(workload, args.json === true);
    const report = await measure(workload, rounds);
    console.log(args.json === true ? JSON.stringify(report, null, 2) : reportLines(report).join('\n'));
  },
});

async function showProfile(workload: Workload, json: boolean): Promise<void> {
  const rows = await profileStep(entries(workload)[0]!, PROFILED_STEPS);
  console.log(json ? JSON.stringify(rows, null, 2) : profileLines(rows).join('\n'));
}

const PROFILED_STEPS = 8;

async function measure(workload: Workload, rounds: number): Promise<BenchReport> {
  const progress = countProgress('Timing');
  const started = new Map<string, Contender>();
  const missing = new Map<string, string>();
  const timings: Timing[] = [];
  let done = 0;
  for (const task of tasks) {
    const able = entries(workload).filter(entry => entry.tasks.includes(task));
    // Started when first needed: whoever only waits for a later task would still take memory and time from this one.
    for (const entry of able.filter(({ name }) => !started.has(name) && !missing.has(name))) {
      const contender = await start(entry);
      if (typeof contender === 'string') missing.set(entry.name, contender);
      else started.set(entry.name, contender);
    }
    const contenders = able.flatMap(({ name }) => started.get(name) ?? []);
    const onRun = () => progress.update(done++, tasks.length * (rounds + 1));
    timings.push(...(await compare(task, contenders, rounds, onRun)));
  }
  progress.close();
  for (const contender of started.values()) contender.stop();
  const { size, filters, batch, threads } = workload;
  return {
    machine: `${cpus()[0]?.model.trim() ?? 'unknown processor'}, ${threads} threads`,
    workload: `article, ${size}×${size}, ${filters} filters, batch ${batch}`,
    timings,
    stepMacs: stepMacs(workloadConfig(workload)),
    missing: [...missing].map(([name, reason]) => `${name}: ${reason}`),
  };
}
