import type { RunConfig } from '../config/config.ts';
import { Random } from '../core/random.ts';
import type { PairFiles } from '../data/pair-files.ts';
import { findPairs } from '../data/pairing.ts';

/** Fewer pairs make a number that says little, more cost more time than they tell. */
const MOST_PAIRS = 100;

/** The training pairs without those that are set aside for validation, and these: the data's own val split if there is one. */
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
