import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../../../test/data-fixtures.ts';
import { readLogState } from './log-state.ts';

const started = (device: string) => `${JSON.stringify({ type: 'start', device })}\n`;
const steps = (count: number) =>
  Array.from({ length: count }, (_, step) => `${JSON.stringify({ type: 'step', step })}\n`).join('');

test.each([
  ['a short log', started('cpu') + steps(9), 'cpu'],
  ['a long log', started('cpu') + steps(9000), 'cpu'],
  ['a log longer than what is searched at once', started('cpu') + steps(50_000), 'cpu'],
  ['a run resumed elsewhere', started('cpu') + steps(9) + started('webgpu') + steps(9), 'webgpu'],
  ['one that trained long since', started('cpu') + steps(9000) + started('webgpu') + steps(9000), 'webgpu'],
])('%s names the device on which the run started last', async (_, log, device) => {
  const path = join(await temporaryFolder(), 'log.jsonl');
  await writeFile(path, log);
  const state = await readLogState(path);
  expect(state?.start).toMatchObject({ device });
  expect(state?.step).toMatchObject(JSON.parse(log.trim().split('\n').at(-1)!));
});

test('the last start is found though two of the parts that are searched share it', async () => {
  const path = join(await temporaryFolder(), 'log.jsonl');
  const partBytes = (1 << 20) + (1 << 16);
  for (let before = 0; before <= 16; before++) {
    const blank = ' '.repeat(partBytes + before - started('webgpu').length - steps(1).length - 1);
    await writeFile(path, `${started('cpu')}${started('webgpu')}${blank}\n${steps(1)}`);
    expect((await readLogState(path))?.start, `${before}`).toMatchObject({ device: 'webgpu' });
  }
});
