import { fitPairs, inventPairs, type LabPair, labelPalette } from '../../src/browser/lab-run.ts';
import type { RunConfig } from '../../src/config/config.ts';
import type { DemoPairs, Palette } from '../../src/server/api.ts';
import { api } from '../client/api.ts';
import type { LabSettings, LabSource } from './protocol.ts';
import { readPair } from './read-pairs.ts';

/** The pairs of a source: those to learn from, and those to show. */
export interface SourcePairs {
  readonly train: readonly LabPair[];
  readonly shown: readonly LabPair[];
}

const SHOWN = 4;
/** Test pairs of the emoji, by their code points: a pig, a taco, grapes, a clock and others. */
const faces = ['1f437', '1f32e', '1f367', '1f55d', '1f4da', '1f50d'];

/** The pairs of a source at the size, and in the direction, in which a run needs them. */
export async function pairsOf(
  { source, direction }: Pick<LabSettings, 'source' | 'direction'>,
  config: RunConfig,
): Promise<SourcePairs> {
  const { train, shown } = await loadSource(source, config.size[0]);
  const fitted = (pairs: readonly LabPair[]) =>
    fitPairs(direction === config.direction ? pairs : pairs.map(turned), config);
  return { train: fitted(train), shown: fitted(shown) };
}

async function loadSource(source: LabSource, size: number): Promise<SourcePairs> {
  if ('count' in source) return withFirst(inventPairs(source.count, size));
  if ('pairs' in source) return withFirst(source.pairs);
  const { train, test } = await api.demoPairs();
  const [learned, shown] = await Promise.all([train, chosenOf({ test }, SHOWN)].map(fetchPairs));
  return { train: learned!, shown: shown! };
}

function turned({ name, condition, target }: LabPair): LabPair {
  return { name, condition: target, target: condition };
}

/** Some pairs of a source, to show before a run. */
export async function somePairsOf(source: LabSource): Promise<readonly LabPair[]> {
  if ('count' in source) return inventPairs(6, 128);
  if ('pairs' in source) return source.pairs.slice(0, 6);
  return fetchPairs(chosenOf(await api.demoPairs(), 6));
}

/** How to draw a condition for a source's pairs; `isTurned`: for a run in the other direction. */
export function paletteOf(source: LabSource, isTurned = false): Palette {
  return 'count' in source && !isTurned ? labelPalette : { kind: 'photo', gray: false, colors: [] };
}

function withFirst(train: readonly LabPair[]): SourcePairs {
  return { train, shown: train.slice(0, SHOWN) };
}

function chosenOf({ test }: Pick<DemoPairs, 'test'>, count: number): string[] {
  const chosen = faces.flatMap(face => test.filter(url => url.includes(`/${face}.`)));
  return [...chosen, ...test.filter(url => !chosen.includes(url))].slice(0, count);
}

function fetchPairs(urls: readonly string[]): Promise<LabPair[]> {
  return Promise.all(
    urls.map(async url => {
      const name = url.slice(url.lastIndexOf('/') + 1);
      const response = await fetch(url);
      if (!response.ok) throw new Error(`Cannot load ${name}: the studio answered ${response.status}`);
      return readPair(await response.blob(), name, 'AtoB');
    }),
  );
}
