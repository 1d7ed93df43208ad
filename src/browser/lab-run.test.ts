import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { unzipSync } from 'fflate';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { collect } from '../../test/data-fixtures.ts';
import { smallPreset } from '../../test/reference/same-steps.ts';
import { follow, loggedLosses } from '../../test/reference/small-runs.ts';
import type { RunConfig } from '../config/config.ts';
import type { Batch } from '../data/loading/epochs.ts';
import { loadEpochs } from '../data/loading/loader.ts';
import { openPairs } from '../data/pairing.ts';
import { writeSyntheticFacades } from '../prepare/synthesize.ts';
import { wasm } from '../runtime/device.ts';
import { nodeRuntime } from '../runtime/node.ts';
import type { Runtime } from '../runtime/resident.ts';
import { resumeRequest } from '../train/resume-request.ts';
import { type ArchivedRun, unpackRun } from './archive.ts';
import { inventPairs, LabRun, loadFromMemory, wasTrainedOn } from './lab-run.ts';

const PAIRS = 7;
/** More than the networks take, so that pairs are scaled, cut and mirrored. */
const SIZE = 40;
const config: RunConfig = {
  ...smallPreset('lite'),
  direction: 'BtoA',
  batchSize: 2,
  epochs: 4,
  augment: {
    jitter: 1.25,
    mirror: true,
    rotation: 10,
    scale: 1.1,
    color: 0.1,
    cutout: 0,
    distort: 0,
    roughen: 0,
  },
};

let folder: string;
let data: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lab-run-'));
  data = join(folder, 'data');
  await writeSyntheticFacades(data, { train: PAIRS, test: 3, size: SIZE, seed: 0 });
});
afterAll(() => rm(folder, { recursive: true }));

it('makes the batches of pairs in memory that Node makes of their files', async () => {
  const { pairs } = await openPairs(data, { split: 'train' });
  const files = loadEpochs(pairs, { ...config, skipBad: false, onSkip: () => {} });
  const memory = loadFromMemory(inventPairs(PAIRS, SIZE), config);
  for (const [epoch, from, side] of [
    [0, 0, 32],
    [1, 0, 32],
    [1, 2, 32],
    [1, 1, 16],
    [2, 0, 32],
  ] as const) {
    const wanted = digestsOf(await collect(files.epoch(epoch, from, [side, side])));
    expect(wanted).toHaveLength(3 - from);
    expect(digestsOf(await collect(memory.epoch(epoch, from, [side, side])))).toEqual(wanted);
  }
});

it('resumes in Node with the same result as if trained there from the start', async () => {
  const run = await LabRun.open(nodeRuntime, { ...wasm, provider: 'cpu' }, config, inventPairs(PAIRS, SIZE));
  // Into the second epoch.
  while (run.step < 5) await run.next();
  const archive = await run.archive();
  const saved = await unpackRun(archive);
  expect(await wasTrainedOn(saved, inventPairs(PAIRS, SIZE))).toBe(true);
  expect(await wasTrainedOn(saved, inventPairs(PAIRS + 1, SIZE))).toBe(false);
  await unpack(archive);
  await run.close();
  const runFolder = join(folder, 'lab');
  const { request } = await resumeRequest(runFolder, { steps: 10 }, data);
  await follow(request);
  const through = join(folder, 'through');
  await follow({ data, runFolder: through, config: { ...config, steps: 10 }, skipBad: false });
  const [losses, wanted] = [await loggedLosses(runFolder), await loggedLosses(through)];
  expect(losses).toHaveLength(10);
  // Two lowerings of one graph differ by rounding; another batch would differ by a tenth.
  const close = (step: unknown) => (step as number[]).map(value => expect.closeTo(value, 2));
  expect(losses).toEqual(wanted.map(close));
});

it('ends bit-identical if it is stored and resumed after every step, also while its images grow', async () => {
  const growing: RunConfig = { ...config, size: [64, 64], grow: '32:40%', steps: 5 };
  const pairs = inventPairs(PAIRS, SIZE);
  const open = (saved?: ArchivedRun) =>
    LabRun.open(nodeRuntime, { ...wasm, provider: 'cpu' }, growing, pairs, saved);
  const through = await open();
  const sizes: unknown[] = [];
  for (let event = await through.next(); event; event = await through.next()) {
    if (event.type === 'size') sizes.push([event.step, event.size]);
  }
  expect(sizes).toEqual([
    [0, [32, 32]],
    [2, [64, 64]],
  ]);
  let broken = await open();
  for (let step = 1; step <= 5; step++) {
    while (broken.step < step) await broken.next();
    const saved = await unpackRun(await broken.archive());
    await broken.close();
    broken = await open(saved);
  }
  const [state, wanted] = [await stateOf(broken), await stateOf(through)];
  expect(state.step).toBe(5);
  expect(state).toEqual(wanted);
  await broken.close();
  await through.close();
});

it('translates again after that has failed once, and then releases all that it opened', async () => {
  const { runtime, sessions } = countedRuntime();
  const pairs = inventPairs(PAIRS, SIZE);
  const run = await LabRun.open(runtime, { ...wasm, provider: 'cpu' }, config, pairs);
  const conditions = run.seenBy(pairs.slice(0, 1)).map(({ condition }) => condition);
  sessions.refusal = 'Failed to allocate memory';
  await expect(run.translate(conditions)).rejects.toThrow('does not have enough memory');
  sessions.refusal = null;
  expect(await run.translate(conditions)).toHaveLength(1);
  expect(sessions.open).toBe(2);
  await run.close();
  expect(sessions.open).toBe(0);
});

it('releases the networks where a translation can never be opened, and where an archive does not fit', async () => {
  const { runtime, sessions } = countedRuntime();
  const pairs = inventPairs(PAIRS, SIZE);
  const open = (saved?: ArchivedRun) =>
    LabRun.open(runtime, { ...wasm, provider: 'cpu' }, config, pairs, saved);
  const run = await open();
  const saved = await unpackRun(await run.archive());
  sessions.refusal = 'Failed to allocate memory';
  await expect(run.translate([])).rejects.toThrow('does not have enough memory');
  await run.close();
  expect(sessions.open).toBe(0);
  sessions.refusal = null;
  const misfit = { ...saved, state: { ...saved.state, model: new Map() } };
  await expect(open(misfit)).rejects.toThrow('does not fit');
  expect(sessions.open).toBe(0);
});

/** ONNX Runtime for Node that counts its open sessions, and opens none while there is a refusal. */
function countedRuntime() {
  const sessions = { open: 0, refusal: null as string | null };
  const create: Runtime['InferenceSession']['create'] = async (model, options) => {
    if (sessions.refusal !== null) throw new Error(sessions.refusal);
    const session = await nodeRuntime.InferenceSession.create(model, options);
    sessions.open++;
    const release = session.release.bind(session);
    session.release = async () => {
      sessions.open--;
      await release();
    };
    return session;
  };
  return { sessions, runtime: { ...nodeRuntime, InferenceSession: { create } } satisfies Runtime };
}

/** All of a run's training state, in digests. */
async function stateOf(run: LabRun) {
  const { position, state } = await unpackRun(await run.archive());
  const digests = [...state.model, ...state.optimizerState].map(([name, { data }]) => [
    name,
    createHash('sha256').update(data).digest('hex'),
  ]);
  return { step: position.step, counts: state.counts, streams: state.streams, digests };
}

/** Of what batches hold, byte for byte; arrays of pixels would take minutes to compare if they differ. */
function digestsOf(batches: readonly Batch[]): string[] {
  return batches.map(({ names, condition, target }) =>
    createHash('sha256').update(names.join()).update(condition).update(target).digest('hex'),
  );
}

async function unpack(zip: Uint8Array): Promise<void> {
  for (const [path, bytes] of Object.entries(unzipSync(zip))) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), bytes);
  }
}
