import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { evaluationLines } from '../src/cli/evaluation-lines.ts';
import { createImage, type Image } from '../src/core/image.ts';
import { type Evaluation, type EvaluationRequest, evaluate } from '../src/evaluate/evaluate.ts';
import { Gallery } from '../src/evaluate/report/gallery.ts';
import { reportPage } from '../src/evaluate/report/report.ts';
import { exportGenerator, writeOnnx } from '../src/export/onnx-file.ts';
import { writeWeights } from '../src/files/weights-file.ts';
import { writeSyntheticFacades } from '../src/prepare/synthesize.ts';
import { openModel } from '../src/runs/model-files.ts';
import { translateFile } from '../src/translate/translate-file.ts';
import { openTranslator } from '../src/translate/translator.ts';
import { saveBytes, savePicture, temporaryFolder, testPicture } from './data-fixtures.ts';
import { follow, smallConfig } from './reference/small-runs.ts';

const network = 'test/goldens/features/network.onnx';

/** Evaluates with everything on, and checks that whatever comes out is whole. */
async function report(request: Pick<EvaluationRequest, 'models' | 'data'> & Partial<EvaluationRequest>) {
  const gallery = new Gallery();
  const evaluation = await evaluate({
    split: 'test',
    size: [32, 32],
    direction: 'BtoA',
    baselines: true,
    reader: null,
    features: network,
    seed: 0,
    onPicture: gallery.add,
    ...request,
  });
  const html = (await reportPage(evaluation, gallery)).replaceAll(/data:image[^"]+/g, '');
  const lines = evaluationLines(evaluation).join('\n');
  for (const text of [html, lines, JSON.stringify(evaluation)]) {
    expect(text).not.toMatch(/NaN|Infinity|undefined/);
  }
  expect(unbalanced(html)).toEqual([]);
  for (const note of evaluation.notes) for (const text of [html, lines]) expect(text).toContain(note);
  expect(numbersIn(evaluation).every(Number.isFinite)).toBe(true);
  return { evaluation, html, lines };
}

/** Tags that are opened and not closed, or the other way round. */
function unbalanced(html: string): string[] {
  const open: string[] = [];
  const wrong: string[] = [];
  for (const [, closing, name, rest] of html.matchAll(/<(\/?)([a-z]\w*)([^>]*)>/g)) {
    if (['meta', 'img', 'br'].includes(name!) || rest!.endsWith('/')) continue;
    if (!closing) open.push(name!);
    else if (open.pop() !== name) wrong.push(name!);
  }
  return [...wrong, ...open];
}

function numbersIn(value: unknown): number[] {
  if (typeof value === 'number') return [value];
  return value && typeof value === 'object' ? Object.values(value).flatMap(numbersIn) : [];
}

/** Side-by-side test pairs of `pictures`, and a folder of what was `made` of them. */
async function pairsOf(pictures: readonly Image[], made: readonly Image[]) {
  const data = await temporaryFolder();
  const folder = join(data, 'made');
  for (const [i, picture] of pictures.entries()) {
    await savePicture(join(data, 'A', 'test', `${i}.png`), picture);
    await savePicture(join(data, 'B', 'test', `${i}.png`), picture);
    await savePicture(join(folder, `${i}.png`), made[i]!);
  }
  return { data, models: [folder] };
}

const plain = (level: number, width = 32, height = 32): Image => ({
  ...createImage(width, height),
  data: new Uint8Array(width * height * 3).fill(level),
});

test('one picture has scores without intervals, no FID and no KID, and the report explains it', async () => {
  const { evaluation } = await report(await pairsOf([testPicture(32, 32)], [testPicture(32, 32, 1)]));
  const { summary } = evaluation.entries[0]!;
  expect(summary).toMatchObject({
    l1: { interval: null, count: 1 },
    lpips: { interval: null },
    fid: null,
    kid: null,
  });
  expect(evaluation.notes).toEqual([expect.stringContaining('Only one image is scored')]);
});

test('pictures of one colour each have no sharpness, and the report notes it', async () => {
  const levels = [0, 255, 128, 128];
  const { evaluation } = await report(
    await pairsOf(
      levels.map(level => plain(level)),
      levels.map(() => plain(7)),
    ),
  );
  expect(evaluation.entries[0]!.summary).toMatchObject({ sharpness: null, l1: { count: 4 } });
  expect(evaluation.notes[0]).toContain('4 of 4 targets are a single colour');
  expect(evaluation.findings.map(({ kind }) => kind)).toContain('mode collapse');
});

test('pictures of many sizes are resized, and the report lists them', async () => {
  const truths = [testPicture(32, 32), testPicture(64, 16), testPicture(2, 2)];
  const made = [testPicture(16, 16), testPicture(8, 64), testPicture(3, 2)];
  const { evaluation } = await report(await pairsOf(truths, made));
  expect(evaluation.entries[0]!.summary.l1).toMatchObject({ count: 3 });
  expect(evaluation.notes).toEqual([
    '1 of 3 targets have another aspect ratio than 32×32 (such as 16×64) and were resized to it; if that is wrong, pass --size HEIGHTxWIDTH',
    expect.stringMatching(/^2 of 3 images of .*made have another aspect ratio than 32×32 \(such as 64×8\)/),
    expect.stringContaining('FID is biased upwards with 3 images: it needs more than 4'),
  ]);
});

test('pictures smaller than SSIM’s window have no SSIM', async () => {
  const pairs = await pairsOf(
    [testPicture(8, 8), testPicture(8, 8, 2)],
    [testPicture(8, 8, 1), plain(3, 8, 8)],
  );
  const { evaluation } = await report({ ...pairs, size: [8, 8] });
  expect(evaluation.entries[0]!.summary).toMatchObject({ ssim: null, msSsim: null });
  expect(evaluation.notes).toContainEqual(expect.stringContaining('At 8×8 pixels there is no SSIM'));
});

test('a model whose weights are NaN is not opened, to translate, to be scored or to be exported', async () => {
  const diverged = join(run, 'diverged.safetensors');
  const { tensors } = await openModel(run);
  tensors.get('G/down2/conv/kernel')!.data[5] = Number.NaN;
  await writeWeights(diverged, tensors);
  const options = { size: 'free', form: 'tensors' } as const;
  const message =
    /^Cannot use model ".*diverged.*": weight "G\/down2\/conv\/kernel" holds NaN or infinite values/;
  await expect(openTranslator(diverged)).rejects.toThrow(message);
  await expect(report({ models: [diverged], data: join(folder, 'data') })).rejects.toThrow(message);
  await expect(writeOnnx(diverged, join(folder, 'a.onnx'), options)).rejects.toThrow(message);
});

/** A small run, and the same with kernels so large that the generator's sums overflow. */
let folder: string;
let run: string;
let overflowing: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hostile-'));
  run = join(folder, 'run');
  const data = join(folder, 'data');
  await writeSyntheticFacades(data, { train: 2, test: 4, size: 32, seed: 0 });
  const config = smallConfig({ direction: 'BtoA', epochs: 1, generator: { norm: 'none' } });
  await follow({ data, runFolder: run, config, skipBad: false });
  const { tensors } = await openModel(run);
  overflowing = join(run, 'overflowing.safetensors');
  const huge = [...tensors].map(
    ([name, { shape, data }]) =>
      [name, { shape, data: name.endsWith('kernel') ? data.map(value => value * 1e20) : data }] as const,
  );
  await writeWeights(overflowing, new Map(huge));
});
afterAll(() => rm(folder, { recursive: true }));

test('a model with NaN output has no scores, another one has, and the report names a fix', async () => {
  const { evaluation, html, lines } = await report({
    models: [overflowing, run],
    data: join(folder, 'data'),
  });
  const [broken, sound] = evaluation.entries as [Evaluation['entries'][0], Evaluation['entries'][0]];
  expect(new Set(Object.values(broken.summary))).toEqual(new Set([null]));
  expect(sound.summary.l1).toMatchObject({ count: 4 });
  const finding = evaluation.findings.find(({ kind }) => kind === 'non-finite')!;
  expect(finding).toMatchObject({ entry: overflowing, advice: expect.stringContaining('--clip-norm') });
  expect(finding.text).toContain('4 of 4 images');
  expect(evaluation.findings.filter(({ entry }) => entry === overflowing)).toEqual([finding]);
  expect(evaluation.comparisons).toEqual([]);
  const narrow = evaluationLines(evaluation, 100);
  expect(lines.split('\n')[2]).toMatch(/^ +L1 ↓ +/);
  expect(narrow[2]!.trim().split(/ {3,}/)).toEqual(evaluation.entries.map(({ name }) => name));
  expect(narrow[3]).toMatch(/^L1 ↓ +none +0\.\d+ \(/);
  for (const text of [html, lines]) expect(text).toContain(finding.text);
  expect(html).toContain('no image');
});

test('translating with such a model fails with the reason, as a run and exported, and writes no black pictures', async () => {
  const exported = join(folder, 'overflowing.onnx');
  const { pieces } = await exportGenerator(await openModel(overflowing), { size: 'free', form: 'tensors' });
  await saveBytes(exported, Buffer.concat(pieces));
  for (const path of [overflowing, exported]) {
    const translator = await openTranslator(path);
    await expect(translator.translate(testPicture(32, 32))).rejects.toThrow('holds NaN or infinite values');
    const job = {
      input: await savePicture(join(folder, 'plain.png'), plain(7)),
      output: join(folder, 'out.png'),
    };
    await expect(translateFile(translator, job)).rejects.toThrow(
      /^Cannot translate ".*plain\.png": the generator’s output holds NaN/,
    );
    expect(existsSync(job.output)).toBe(false);
    await translator.close();
  }
  const sound = await openTranslator(run);
  expect(await sound.translate(testPicture(32, 32))).toMatchObject({ width: 32, height: 32 });
  await sound.close();
});
