import type { Timing } from './compare.ts';
import { type Task, tasks } from './contender.ts';

export interface BenchReport {
  readonly machine: string;
  readonly workload: string;
  readonly timings: readonly Timing[];
  /** Multiply–accumulates of one step. */
  readonly stepMacs: number;
  /** Peers that could not take part, and how to enable them. */
  readonly missing: readonly string[];
}

const titles: Record<Task, string> = {
  step: 'Training step',
  generate: 'Generator, inference',
  gemm: 'Matrix product 2048³',
};

/** The results as lines of text: medians, minima, and the ratio of medians to each peer's. */
export function reportLines(report: BenchReport): string[] {
  return [
    `${report.machine}; ${report.workload}`,
    '',
    ...tasks.flatMap(task => taskLines(task, report.timings)),
    ...memoryLines(report.timings),
    ...efficiencyLines(report),
    ...report.missing,
  ];
}

function taskLines(task: Task, timings: readonly Timing[]): string[] {
  const [ours, ...peers] = timings.filter(timing => timing.task === task);
  if (!ours) return [];
  const row = ({ contender, version, median, minimum }: Timing, ratio: string) =>
    `  ${`${contender} ${version}`.padEnd(24)}${milliseconds(median)}${milliseconds(minimum)}   ${ratio}`;
  return [
    `${titles[task].padEnd(26)}${'median'.padStart(10)}${'minimum'.padStart(10)}   ours / peer`,
    row(ours, ''),
    ...peers.map(peer => row(peer, ratioText(ours.median / peer.median))),
    '',
  ];
}

/** Memory after the training steps, before other tasks. */
function memoryLines(timings: readonly Timing[]): string[] {
  return timings.flatMap(({ task, contender, peakMemory }) =>
    task === 'step' && peakMemory !== null
      ? [`Peak memory of ${contender} in training: ${(peakMemory / 1e9).toFixed(2)} GB`]
      : [],
  );
}

/** A step's arithmetic rate as a share of the best rate of any contender's matrix product. */
function efficiencyLines({ timings, stepMacs }: BenchReport): string[] {
  const products = timings.filter(timing => timing.task === 'gemm');
  if (products.length === 0) return [];
  const best = products.reduce((a, b) => (a.minimum < b.minimum ? a : b));
  const rate = (macs: number, ms: number) => (2 * macs) / ms / 1e6;
  const peak = rate(2048 ** 3, best.minimum);
  const steps = timings.filter(timing => timing.task === 'step');
  return [
    `Best matrix product: ${peak.toFixed(0)} GFLOP/s (${best.contender})`,
    ...steps.map(({ contender, median }) => {
      const reached = rate(stepMacs, median);
      return `A step is ${(stepMacs / 1e9).toFixed(1)} GMAC: ${contender} does ${reached.toFixed(0)} GFLOP/s, ${((100 * reached) / peak).toFixed(0)} % of it`;
    }),
  ];
}

const ratioText = (ratio: number): string => (ratio < 0.1 ? ratio.toPrecision(2) : ratio.toFixed(2));

function milliseconds(value: number): string {
  return `${value.toFixed(value < 100 ? 1 : 0)} ms`.padStart(10);
}
