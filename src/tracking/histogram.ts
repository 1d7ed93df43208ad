import type { Histogram } from './event-record.ts';

const BUCKETS = 30;

/** Equal buckets from the least to the largest value; values that are no numbers are left out. */
export function histogramOf(values: Float32Array): Histogram {
  let [min, max, count, sum, sumOfSquares] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, 0, 0];
  const finite = values.filter(Number.isFinite);
  for (const value of finite) {
    [min, max] = [Math.min(min, value), Math.max(max, value)];
    [count, sum, sumOfSquares] = [count + 1, sum + value, sumOfSquares + value * value];
  }
  if (count === 0) return { min: 0, max: 0, count, sum, sumOfSquares, limits: [0], buckets: [0] };
  const width = (max - min) / BUCKETS || 1;
  const buckets = new Array<number>(BUCKETS).fill(0);
  for (const value of finite) buckets[Math.min(Math.floor((value - min) / width), BUCKETS - 1)]!++;
  return {
    min,
    max,
    count,
    sum,
    sumOfSquares,
    limits: buckets.map((_, i) => min + (i + 1) * width),
    buckets,
  };
}
