import { describe, it } from 'vitest';
import type { ConfigOverrides } from '../../src/config/resolve-config.ts';
import { expectToResume, fivePairs } from '../reference/resumed-run.ts';

const pairs = fivePairs();

/** Further variants than those of test/resume.test.ts. */
const variants: Record<string, ConfigOverrides> = {
  'the article’s shared counter, with dropout': { preset: 'article', generator: { dropout: 0.5 } },
  'sgd without a discriminator': { loss: { gan: 0 }, optimizer: { method: 'sgd', learningRate: 1e-3 } },
};

describe('a resumed run ends as an uninterrupted one, bit for bit', () => {
  it.each(Object.entries(variants))('%s', (_, overrides) => expectToResume(pairs.data, overrides));
});
