import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Batch, BatchSource } from '../src/data/loading/epochs.ts';
import { type LoadOptions, loadEpochs } from '../src/data/loading/loader.ts';
import type { PairFiles } from '../src/data/pair-files.ts';
import { openPairs } from '../src/data/pairing.ts';
import { collect, everyAugmentation, saveBytes, savePairs, temporaryFolder } from './data-fixtures.ts';

const built = new URL('../dist/data/loading/loader-thread.js', import.meta.url);
const isBuilt = existsSync(built) && existsSync(new URL('worker.js', built));
const thread = (
  isBuilt ? await import(built.href) : {}
) as typeof import('../src/data/loading/loader-thread.ts');

const options: LoadOptions = {
  direction: 'BtoA',
  size: [8, 8],
  channels: { condition: 3, target: 3 },
  batchSize: 2,
  shuffle: true,
  resize: { mode: 'resize-and-crop', condition: 'area', target: 'nearest' },
  augment: everyAugmentation,
  ahead: 2,
  skipBad: false,
  onSkip: () => {},
  seed: 7,
};

async function pairsOf(count: number): Promise<{ folder: string; pairs: readonly PairFiles[] }> {
  const folder = await temporaryFolder();
  await savePairs(folder, count);
  return { folder, pairs: (await openPairs(folder, { split: 'train' })).pairs };
}

function startThread(pairs: readonly PairFiles[], changes: Partial<LoadOptions> = {}): BatchSource {
  const source = thread.loadEpochsInThread(pairs, { ...options, ...changes });
  onTestFinished(() => source.close());
  return source;
}

describe.skipIf(!isBuilt)('the data thread of dist/ (run "npx tsdown" where this is skipped)', () => {
  it('gives the same batches as loading in this thread', async () => {
    const { pairs } = await pairsOf(9);
    const here = loadEpochs(pairs, options);
    for (const ahead of [0, 1, 10]) {
      const there = startThread(pairs, { ahead });
      expect(await collect(there.epoch(0))).toEqual(await collect(here.epoch(0)));
      expect(await collect(there.epoch(5, 2))).toEqual(await collect(here.epoch(5, 2)));
      const smaller = loadEpochs(pairs, { ...options, size: [4, 6] });
      expect(await collect(there.epoch(5, 2, [4, 6]))).toEqual(await collect(smaller.epoch(5, 2)));
    }
  });

  it('can start another epoch after one that was left early', async () => {
    const { pairs } = await pairsOf(9);
    const source = startThread(pairs);
    const wanted = await collect(source.epoch(1));
    for await (const _ of source.epoch(0)) break;
    expect(await collect(source.epoch(1))).toEqual(wanted);
  });

  it('reads no further ahead than its credit allows', async () => {
    const { folder, pairs } = await pairsOf(40);
    const epoch = startThread(pairs, { shuffle: false, ahead: 1 }).epoch(0);
    await epoch.next();
    await new Promise(resolve => setTimeout(resolve, 300));
    // 2 pairs used, then at most 2 batches sent and 1 in work: pair 20 has not been looked at yet.
    await saveBytes(join(folder, `${pairs[20]!.name}.png`), '');
    await expect(collect(epoch)).rejects.toThrow(/the file is empty/);
  });

  it('passes on a bad pair as a UserError', async () => {
    const { folder, pairs } = await pairsOf(4);
    await saveBytes(join(folder, '2.png'), 'words');
    const error = await collect(startThread(pairs).epoch(0)).catch(error => error);
    expect(error.name).toBe('UserError'); // that of dist/, not the class of src/
    expect(error.message).toMatch(
      /^Cannot decode ".*2\.png": it is not an image; .*use --skip-bad to skip such pairs$/,
    );
  });

  it('reports skipped pairs before the batch without them', async () => {
    const { folder, pairs } = await pairsOf(5);
    await saveBytes(join(folder, '0.png'), '');
    const events: string[] = [];
    const onSkip = (message: string) => events.push(message);
    const changes = { shuffle: false, skipBad: true, onSkip };
    for await (const { names } of startThread(pairs, changes).epoch(0)) events.push(names.join(' '));
    expect(events).toEqual([expect.stringMatching(/^Skipped a pair\. .*0\.png/), '1 2', '3 4']);
  });

  it('refuses too few pairs at once', async () => {
    const { pairs } = await pairsOf(1);
    expect(() => startThread(pairs)).toThrow('Cannot fill a batch of 2 from 1 readable pair;');
  });

  it('ends an open epoch and every later one when closed', async () => {
    const { pairs } = await pairsOf(9);
    const source = startThread(pairs);
    const epoch = source.epoch(0);
    await epoch.next();
    await source.close();
    await expect(collect<Batch>(epoch)).rejects.toThrow('The data thread has ended');
    await expect(collect(source.epoch(1))).rejects.toThrow('The data thread has ended');
  });

  it('lets the process end without being closed', async () => {
    const { pairs } = await pairsOf(4);
    const { onSkip: _, ...plain } = options;
    const script = `
      const { loadEpochsInThread } = await import(${JSON.stringify(built.href)});
      const options = { ...${JSON.stringify(plain)}, onSkip() {} };
      let batches = 0;
      for await (const _ of loadEpochsInThread(${JSON.stringify(pairs)}, options).epoch(0)) batches++;
      console.log(batches);`;
    const run = promisify(execFile)(process.execPath, ['--input-type=module', '-e', script], {
      timeout: 20_000,
    });
    expect((await run).stdout).toBe('2\n');
  });
});
