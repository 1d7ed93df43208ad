import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, it } from 'vitest';
import type { ConfigOverrides } from '../../src/config/resolve-config.ts';
import { writeSyntheticFacades } from '../../src/prepare/synthesize.ts';
import { expectToResume } from '../reference/resumed-run.ts';

let folder: string;
let data: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'resume-'));
  data = join(folder, 'data');
  await writeSyntheticFacades(data, { train: 5, test: 3, size: 40, seed: 0 });
});
afterAll(() => rm(folder, { recursive: true }));

/** Further variants than those of test/resume.test.ts. */
const variants: Record<string, ConfigOverrides> = {
  'the article’s shared counter, with dropout': { preset: 'article', generator: { dropout: 0.5 } },
  'sgd without a discriminator': { loss: { gan: 0 }, optimizer: { method: 'sgd', learningRate: 1e-3 } },
};

describe('a resumed run ends as an uninterrupted one, bit for bit', () => {
  it.each(Object.entries(variants))('%s', (_, overrides) => expectToResume(data, overrides));
});
