import { expect } from 'vitest';
import { presets } from '../../src/config/presets.ts';
import { UserError } from '../../src/core/errors.ts';
import { findProblems } from '../../src/data/inspection/find-problems.ts';
import { surveyDataSet } from '../../src/data/inspection/survey.ts';
import { loadEpochs } from '../../src/data/loading/loader.ts';
import { loadSides } from '../../src/data/pair.ts';
import { openPairs } from '../../src/data/pairing.ts';
import { collect } from '../data-fixtures.ts';
import { writeMutatedImages } from './mutated-images.ts';

const slowest = 5000;
const mostGrowth = 1.5 * 2 ** 30;

/**
 * Sends damaged pictures through the decoder, `inspect` and the loader: each is either a picture or told of by its
 * name, within 5 s, and memory stays bounded. Returns how many were refused.
 */
export async function surviveMutations(folder: string, count: number, seed: number): Promise<number> {
  const before = process.memoryUsage.rss();
  const paths = await writeMutatedImages(folder, count, seed);
  const refused = new Set<string>();
  for (const file of paths) {
    const started = performance.now();
    const error = await loadSides({ name: 'pair', file }).then(
      () => undefined,
      (error: unknown) => error,
    );
    const taken = performance.now() - started;
    expect(taken, `${file} took ${taken} ms`).toBeLessThan(slowest);
    if (error === undefined) continue;
    expect(error, file).toBeInstanceOf(UserError);
    expect((error as Error).message).toContain(file);
    refused.add(file);
  }
  const problems = findProblems(await surveyDataSet(folder));
  const named = new Set(
    problems
      .filter(({ kind }) => kind === 'unreadable' || kind === 'misshapen')
      .flatMap(({ files }) => files),
  );
  expect([...named].sort()).toEqual([...refused].sort());

  const skipped: string[] = [];
  const { pairs } = await openPairs(folder, { split: 'train' });
  const config = { ...presets.lite, size: [16, 16] as [number, number] };
  const onSkip = (message: string) => skipped.push(message);
  await collect(loadEpochs(pairs, { ...config, shuffle: false, skipBad: true, onSkip }).epoch(0));
  for (const file of refused)
    expect(
      skipped.some(message => message.includes(file)),
      file,
    ).toBe(true);
  expect(process.memoryUsage.rss() - before).toBeLessThan(mostGrowth);
  return refused.size;
}
