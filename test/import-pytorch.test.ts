import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readModel } from '../src/import/read-model.ts';
import { everyFew, imageFrom } from './reference/imported.ts';

// State dicts that PyTorch wrote and what its generators answer: test/goldens/pytorch-checkpoints.py.

type Answers = Readonly<
  Record<string, { readonly size: number; readonly moving: string; readonly batch: string }>
>;

const goldens = 'test/goldens/pytorch-checkpoints';
const readAnswers = (folder: string) =>
  JSON.parse(readFileSync(join(folder, 'answers.json'), 'utf8')) as Answers;
const answers = readAnswers(goldens);

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'import-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('state dicts in test/goldens', () => {
  it.each(Object.keys(answers))('%s gives PyTorch’s images', async name => {
    const path = join(folder, `${name}.pth`);
    writeFileSync(path, gunzipSync(readFileSync(join(goldens, `${name}.pth.gz`))));
    await expectSameImages(path, answers[name]!);
  });
});

const python = '/usr/bin/python3';
const hasTorch = spawnSync(python, ['-c', 'import torch']).status === 0;

describe.skipIf(!hasTorch)('state dicts written now (needs "apt-get install python3-torch")', () => {
  it('give PyTorch’s images', { timeout: 120_000 }, async () => {
    const fresh = join(folder, 'fresh');
    execFileSync(python, ['test/goldens/pytorch-checkpoints.py', fresh, '4']);
    for (const [name, answer] of Object.entries(readAnswers(fresh))) {
      await expectSameImages(join(fresh, `${name}.pth`), answer);
    }
  });
});

async function expectSameImages(path: string, { size, ...expected }: Answers[string]): Promise<void> {
  const model = await readModel(path);
  for (const statistics of ['moving', 'batch'] as const) {
    const image = everyFew(await imageFrom(model, size, statistics), size, 16);
    const bytes = Buffer.from(expected[statistics], 'base64');
    expect(bytes.length).toBe(4 * image.length);
    const worst = image.reduce(
      (most, value, i) => Math.max(most, Math.abs(value - bytes.readFloatLE(4 * i))),
      0,
    );
    expect(worst, `${path}, ${statistics} statistics`).toBeLessThan(1e-4);
  }
}
