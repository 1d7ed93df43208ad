import { expect, it } from 'vitest';
import { bytesSent, type Cluster, type StepCosts, stepTime } from './step-time.ts';

const costs: StepCosts = {
  fixed: 0.1,
  perPair: 0.2,
  numbers: 10e6,
  perByte: 1e-9,
  perConversion: 10e-9,
  latency: 1e-3,
};
const cluster: Cluster = { processes: 4, gigabits: 1, pairs: 2, compression: 'none' };

it('counts the bytes of a sum in parts and of its parts’ means', () => {
  expect(bytesSent(cluster, 10e6)).toBe(60e6);
  expect(bytesSent({ ...cluster, compression: 'fp16' }, 10e6)).toBe(30e6);
  expect(bytesSent({ ...cluster, processes: 1 }, 10e6)).toBe(0);
});

it('adds up a step', () => {
  const { computing, averaging, total, efficiency } = stepTime(costs, cluster);
  expect(computing).toBeCloseTo(0.5);
  expect(averaging).toBeCloseTo(60e6 * 8e-9 + 60e6 * 1e-9 + 4 * 1e-3);
  expect(total).toBeCloseTo(computing + averaging);
  expect(efficiency).toBeCloseTo(computing / total);
});

it('loses nothing alone, and little to a fast network', () => {
  expect(stepTime(costs, { ...cluster, processes: 1 })).toMatchObject({ averaging: 0, efficiency: 1 });
  const [slow, fast] = [1, 10].map(gigabits => stepTime(costs, { ...cluster, gigabits }).efficiency);
  expect(fast).toBeGreaterThan(slow!);
  const half = stepTime(costs, { ...cluster, compression: 'fp16' });
  expect(half.averaging).toBeCloseTo(30e6 * 9e-9 + 0.1 + 4e-3);
});

it('takes as much longer as processes share a core, but for the network', () => {
  const shared = stepTime(costs, { ...cluster, perCore: 4 });
  expect(shared.computing).toBeCloseTo(2);
  expect(shared.averaging).toBeCloseTo(60e6 * 8e-9 + 4 * 60e6 * 1e-9 + 4 * 1e-3);
});
