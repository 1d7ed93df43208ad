import type { RunConfig } from '../config/config.ts';
import { Random } from '../core/random.ts';
import { assertFillsBatch } from '../data/loading/epochs.ts';
import type { LoadOptions } from '../data/loading/loader.ts';
import type { PairFiles } from '../data/pair-files.ts';
import { findPairs, openPairs } from '../data/pairing.ts';
import { pairsFingerprint } from '../runs/checkpoint/manifest.ts';
import type { TrainRequest } from './request.ts';

/** The pairs of a run, by purpose, and how to load them. */
export interface RunData {
  readonly train: readonly PairFiles[];
  /** For sample pictures; the training pairs if there are no test pairs. */
  readonly test: readonly PairFiles[];
  /** For validation during training; none unless the config asks for it. */
  readonly validation: readonly PairFiles[];
  readonly loading: LoadOptions;
  /** {@link pairsFingerprint} the training pairs. */
  readonly fingerprint: string;
  /** Messages for the user; each pair that is skipped later adds one, once. */
  readonly notes: string[];
}

export async function openRunData(request: TrainRequest): Promise<RunData> {
  const { data, config, skipBad, cache } = request;
  const pairs = request.pairs ?? (await openPairs(data, { split: 'train' })).pairs;
  const { train, validation } = await setAsideValidation(data, pairs, config);
  assertFillsBatch(train.length, config.batchSize);
  const test = (await findPairs(data, { split: 'test' }))?.pairs;
  const notes = test ? [] : [`"${data}" has no test pairs: sample images show training pairs`];
  const skipped = new Set<string>();
  const onSkip = (message: string) => {
    if (!skipped.has(message)) notes.push(message);
    skipped.add(message);
  };
  return {
    train,
    validation,
    test: test ?? train,
    loading: { ...config, skipBad, cache, onSkip },
    fingerprint: await pairsFingerprint(train),
    notes,
  };
}

/** More pairs would make the score hardly more precise and validation slower. */
const MOST_PAIRS = 100;

/** Splits off the validation pairs from the training pairs; if the data has a `val` split, that is used instead. */
export async function setAsideValidation(
  data: string,
  pairs: readonly PairFiles[],
  { validation: { everySteps, share }, seed }: RunConfig,
): Promise<{ train: readonly PairFiles[]; validation: readonly PairFiles[] }> {
  if (everySteps === null) return { train: pairs, validation: [] };
  const own = await findPairs(data, { split: 'val' });
  if (own) return { train: pairs, validation: own.pairs.slice(0, MOST_PAIRS) };
  const count = Math.min(Math.max(1, Math.round(share * pairs.length)), MOST_PAIRS, pairs.length - 1);
  const drawn = new Set(Random.fromSeed(seed).split('validation split').shuffled(pairs).slice(0, count));
  return {
    train: pairs.filter(files => !drawn.has(files)),
    validation: pairs.filter(files => drawn.has(files)),
  };
}
