import { cp, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type IncludedModel, includedModels } from '../../src/export/included-models.ts';
import type { TrainEvent } from '../../src/runs/events.ts';
import { commandIn, isBuilt } from '../reference/command.ts';
import { codeBlocks } from '../reference/markdown.ts';

// The recipe's own commands, for 20 steps. Its 1,436 pairs of emoji come from npm packages; here emoji trains on the 400 that
// the package has for the demo, so those losses are of such a run. The losses of facades are those of the shipped model's run.

const STEPS = 20;

describe.skipIf(!isBuilt)('recipes/included-models.md (needs "npm run build")', () => {
  let folder: string;
  let lines: string[];
  const run = commandIn(() => folder);

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'recipe-'));
    const recipe = await readFile('recipes/included-models.md', 'utf8');
    lines = codeBlocks(recipe, 'sh').flatMap(block => block.split('\n'));
    await cp('assets/emoji', join(folder, 'emoji'), { recursive: true });
    await run(command('--out synth '));
  });
  afterAll(() => rm(folder, { recursive: true }));

  test.each(includedModels)('%s: the first steps have the recorded losses', async name => {
    const { stderr, status } = await run(`${command(`--out runs/${name} `)} --steps ${STEPS}`);
    expect(stderr).toBe('');
    expect(status).toBe(0);
    const losses = await lossesOf(join(folder, 'runs', name));
    const recorded = await recordedLosses(name);
    expect(losses.length).toBe(STEPS);
    for (const [step, pair] of losses.entries()) {
      for (const [of, loss] of pair.entries())
        expect(Math.abs(loss - recorded[step]![of]!), `step ${step}`).toBeLessThan(1e-3);
    }
  });

  /** The line of the recipe with these words, without `npx pix2pix`. */
  function command(words: string): string {
    const found = lines.filter(line => `${line} `.includes(words));
    expect(found.length, words).toBe(1);
    return found[0]!.replace(/^npx pix2pix /, '');
  }
});

/** The losses of D and G in each step. */
async function lossesOf(runFolder: string): Promise<number[][]> {
  const log = await readFile(join(runFolder, 'log.jsonl'), 'utf8');
  const events = log
    .trim()
    .split('\n')
    .map(line => JSON.parse(line) as TrainEvent);
  return events.flatMap(event =>
    event.type === 'step' ? [[event.discriminatorLoss, event.generatorLoss]] : [],
  );
}

async function recordedLosses(name: IncludedModel): Promise<number[][]> {
  const text = await readFile('test/goldens/included-models/losses.json', 'utf8');
  return (JSON.parse(text) as Record<IncludedModel, number[][]>)[name];
}
