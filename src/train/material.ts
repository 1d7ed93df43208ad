import { createHash } from 'node:crypto';
import { assertFillsBatch, type BatchOptions } from '../data/loading/loader.ts';
import type { PairFiles } from '../data/pair-files.ts';
import { findPairs, openPairs } from '../data/pairing.ts';
import { loadOptions } from './load-options.ts';
import type { TrainRequest } from './request.ts';
import { setAsideValidation } from './set-aside.ts';

/** What a run learns from and shows. */
export interface Material {
  readonly train: readonly PairFiles[];
  /** For sample pictures; the training pairs where there are no others. */
  readonly test: readonly PairFiles[];
  /** What it is scored by on the way; none unless the config asks for it. */
  readonly validation: readonly PairFiles[];
  readonly loading: BatchOptions;
  /** Names the training pairs and their order: a place in the shuffled data means something for these alone. */
  readonly fingerprint: string;
  /** What to tell the user; fills further while pairs are left out. */
  readonly notes: string[];
}

export async function openMaterial({ data, config, skipBad, cache }: TrainRequest): Promise<Material> {
  const { pairs } = await openPairs(data, { split: 'train' });
  const { train, validation } = await setAsideValidation(data, pairs, config);
  assertFillsBatch(train.length, config.batchSize);
  const test = (await findPairs(data, { split: 'test' }))?.pairs;
  const notes = test ? [] : [`"${data}" has no test pairs: sample pictures show training pairs`];
  const onSkip = (message: string) => notes.push(message);
  return {
    train,
    validation,
    test: test ?? train,
    loading: { ...loadOptions(config, { skipBad, onSkip }), cache },
    fingerprint: fingerprintOf(train),
    notes,
  };
}

function fingerprintOf(pairs: readonly PairFiles[]): string {
  const names = pairs.map(({ name }) => name).join('\n');
  return `${pairs.length} pairs ${createHash('sha256').update(names).digest('hex').slice(0, 16)}`;
}
