import { type FileHandle, open, readFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { exists, makeFolder } from '../files/folder.ts';
import type { TrainEvent } from '../runs/events.ts';
import { openModel } from '../runs/model-files.ts';
import { type Histogram, type SummaryValue, summaryRecord, versionRecord } from './event-record.ts';
import { scalarsOf, type Tracker } from './tracker.ts';

/**
 * Writes a TensorBoard event file: losses, validation metrics, sample pictures, and at each checkpoint histograms of
 * the weights.
 */
export async function openTensorBoard(folder: string): Promise<Tracker> {
  await makeFolder(folder);
  const started = Date.now() / 1000;
  const name = `events.out.tfevents.${Math.floor(started)}.${hostname()}.${process.pid}`;
  const file: FileHandle = await open(join(folder, name), 'a');
  await file.write(versionRecord(started));
  let step = 0;
  return {
    path: folder,
    record: async event => {
      if ('step' in event) step = event.step;
      const values = await valuesOf(event);
      if (values.length > 0) await file.write(summaryRecord(Date.now() / 1000, step, values));
    },
    close: () => file.close(),
  };
}

async function valuesOf(event: TrainEvent): Promise<SummaryValue[]> {
  const scalars = Object.entries(scalarsOf(event)).map(([tag, scalar]) => ({ tag, scalar }));
  if (event.type === 'sample') return picture(`samples/${event.kind}`, event.path);
  if (event.type === 'validation') return [...scalars, ...(await picture('validation', event.path))];
  if (event.type !== 'checkpoint') return scalars;
  // A checkpoint may be removed before this one is reached.
  if (!(await exists(event.path))) return scalars;
  const { tensors } = await openModel(event.path);
  return [...tensors].map(([tag, { data }]) => ({ tag, histogram: histogramOf(data) }));
}

/** Samples are PNG files, whose first chunk holds their size. */
async function picture(tag: string, path: string): Promise<SummaryValue[]> {
  const png = await readFile(path);
  return [{ tag, png, width: png.readUInt32BE(16), height: png.readUInt32BE(20) }];
}

const BUCKETS = 30;

/**
 * A histogram with buckets of equal width from the smallest to the largest value; NaN and infinite values are left out.
 */
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
