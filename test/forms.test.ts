import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import type { FormsRecord } from '../src/runs/forms-file.ts';
import { resumeRequest } from '../src/train/resume-request.ts';
import { fivePairs } from './reference/resumed-run.ts';
import { finalState, follow, loggedLosses, resume, smallConfig, stopAfter } from './reference/small-runs.ts';

const pairs = fivePairs();
beforeAll(() => void vi.stubEnv('XDG_CACHE_HOME', join(pairs.folder, 'cache')));
afterAll(() => void vi.unstubAllEnvs());

const config = smallConfig({ steps: 4 });
const request = (name: string, forms?: string) => ({
  data: pairs.data,
  runFolder: join(pairs.folder, name),
  config,
  skipBad: false,
  threads: 1,
  forms,
});
const recordOf = (name: string) => join(pairs.folder, name, 'forms.json');
const recorded = async (name: string) => JSON.parse(await readFile(recordOf(name), 'utf8')) as FormsRecord;
const resultOf = async (name: string) => ({
  ...(await finalState(join(pairs.folder, name))),
  losses: await loggedLosses(join(pairs.folder, name)),
});
const notesOf = (events: Awaited<ReturnType<typeof follow>>) =>
  events.flatMap(event => (event.type === 'note' ? [event.text] : []));

it('a short run uses shipped forms and records none', async () => {
  await follow(request('short'));
  await expect(readFile(recordOf('short'))).rejects.toThrow('ENOENT');
  await follow(request('shipped', 'shipped'));
  expect(await resultOf('shipped')).toEqual(await resultOf('short'));
});

it('a run resumes with the forms that it recorded, and another run repeats them, bit for bit', async () => {
  expect(notesOf(await follow(request('measured', 'measured')))).toContainEqual(
    expect.stringMatching(/^Measured the fastest forms of/),
  );
  const record = await recorded('measured');
  expect(record.machine.threads).toBe(1);

  // Forms that differ from the shipped ones for certain.
  const forms = Object.fromEntries(Object.keys(record.forms).map(key => [key, 'taps'] as const));
  await writeFile(recordOf('measured'), JSON.stringify({ ...record, forms }));
  await follow(request('repeated', join(pairs.folder, 'measured')));
  expect((await recorded('repeated')).forms).toEqual(forms);
  const wanted = await resultOf('repeated');
  expect(wanted.model).not.toEqual((await resultOf('short')).model);

  await follow(request('broken', join(pairs.folder, 'measured')), stopAfter(2));
  await resume(join(pairs.folder, 'broken'), undefined, { threads: 1 });
  expect(await resultOf('broken')).toEqual(wanted);
});

it('says in one line that forms were measured on another machine', async () => {
  const record = await recorded('measured');
  const machine = { ...record.machine, processor: 'Some Processor' };
  await writeFile(recordOf('measured'), JSON.stringify({ ...record, machine }));
  const notes = notesOf(await follow(request('elsewhere', join(pairs.folder, 'measured'))));
  expect(notes.filter(note => note.includes('Some Processor'))).toEqual([
    expect.stringMatching(
      /^The forms of convolutions were measured on another machine or with other threads \(Some Processor, 1 thread, ONNX Runtime [\d.]+; this is .*\)/,
    ),
  ]);
});

it('refuses forms of a run that recorded none, other forms when resuming, and a damaged record', async () => {
  await expect(follow(request('none', join(pairs.folder, 'short')))).rejects.toThrow(
    /^Cannot use the forms of ".*short": it has none recorded/,
  );
  await expect(follow(request('nothing', join(pairs.folder, 'nowhere')))).rejects.toThrow(
    /^Cannot use the forms of ".*nowhere": it is not a run folder; pass one, or "measured" or "shipped"$/,
  );
  const resumed = (await resumeRequest(join(pairs.folder, 'repeated'))).request;
  await expect(follow({ ...resumed, forms: 'shipped' })).rejects.toThrow(
    /^Cannot change the forms of ".*repeated" while resuming it/,
  );
  await writeFile(recordOf('repeated'), '{');
  await expect(follow(resumed)).rejects.toThrow(/^Cannot use ".*forms.json": the file is damaged/);
});
