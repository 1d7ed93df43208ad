import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, onTestFinished, vi } from 'vitest';
import { conv2d, input, upsample2d } from '../graph/index.ts';
import { convolutionKey, formsFor, shippedForm } from '../lower/cpu/forms.ts';
import { cachePath } from './cache.ts';
import { chooseForms, fastest } from './choose-forms.ts';
import { chooserOf, convolutionsOf, macsOf } from './convolutions.ts';
import { graphOf } from './time-forms.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'forms-'));
  vi.stubEnv('XDG_CACHE_HOME', folder);
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

const strided = conv2d(input('x', [1, 16, 16, 20]), input('k', [4, 4, 20, 24]), {
  stride: 2,
  padding: [1, 1, 1, 1],
});
const upsampled = conv2d(upsample2d(input('low', [1, 8, 8, 6])), input('u', [4, 4, 6, 3]), {
  stride: 1,
  padding: [1, 1, 2, 2],
});
const convolutions = convolutionsOf({ strided, upsampled });

it('a graph’s convolutions have a key and products each; upsampled ones count at low resolution', () => {
  expect(convolutions.map(convolutionKey)).toEqual([
    'forward 1×16×16×20, 4×4 by 2 at 1,1 → 8×8×24',
    'forward 1×8×8×6 upsampled, 4×4 by 1 at 1,1 → 16×16×3',
  ]);
  expect(convolutions.map(macsOf)).toEqual([8 * 8 * 24 * 16 * 20, 8 * 8 * 25 * 6 * 3]);
});

it.each(['forward', 'kernel', 'input'] as const)('graphOf a %s pass has that convolution alone', pass => {
  for (const convolution of convolutions) {
    const wanted = { ...convolution, pass };
    expect(convolutionsOf({ result: graphOf(wanted) })).toEqual([wanted]);
  }
});

it('measures each convolution once on a machine, and replaces a damaged cache with one line', async () => {
  const first = await chooseForms(convolutions, 1);
  expect(first.notes).toHaveLength(1);
  expect(first.notes[0]).toMatch(/^Measured the fastest forms of 2 of 2 convolutions in \d+\.\d s/);
  for (const convolution of convolutions) {
    const times = first.times[convolutionKey(convolution)]!;
    expect(times[shippedForm(convolution)]).toBeGreaterThan(0);
    expect(formsFor(convolution)).toContain(first.forms[convolutionKey(convolution)]);
  }

  const second = await chooseForms(convolutions, 1);
  expect(second).toEqual({ ...first, notes: [] });

  const path = cachePath(first.machine);
  expect(path.startsWith(join(folder, 'pix2pix', 'forms'))).toBe(true);
  await writeFile(path, (await readFile(path, 'utf8')).slice(0, -20));
  const third = await chooseForms(convolutions, 1);
  expect(third.notes).toHaveLength(2);
  expect(third.notes[0]).toBe(`Ignored the measured forms in "${path}": the file is damaged; it is replaced`);
  expect((await chooseForms(convolutions, 1)).notes).toEqual([]);
});

it('uses what it measured even if the cache can’t be written', async () => {
  const file = join(folder, 'file');
  await writeFile(file, '');
  vi.stubEnv('XDG_CACHE_HOME', file);
  onTestFinished(() => void vi.stubEnv('XDG_CACHE_HOME', folder));
  const { times, notes } = await chooseForms(convolutions, 1);
  expect(Object.keys(times).sort()).toEqual(convolutions.map(convolutionKey).sort());
  expect(notes).toHaveLength(2);
  expect(notes[0]).toMatch(/^Measured the fastest forms of 2 of 2 convolutions in \d+\.\d s$/);
  expect(notes[1]).toMatch(
    /^Later trainings will measure again, unless XDG_CACHE_HOME .*: Cannot make folder ".*": a file is in the way/,
  );
});

it('a form replaces the shipped one if it is clearly faster', () => {
  const [convolution] = convolutions as [(typeof convolutions)[number]];
  expect(shippedForm(convolution)).toBe('columns');
  expect(fastest(convolution, { columns: 1, taps: 0.9 })).toBe('taps');
  expect(fastest(convolution, { columns: 1, taps: 0.96 })).toBe('columns');
  expect(fastest(convolution, { taps: 5 })).toBe('taps');
  expect(fastest(convolution, {})).toBe('columns');
});

it('a table gives its forms, and shipped ones for what it lacks or cannot compute', () => {
  const [first, second] = convolutions as [(typeof convolutions)[number], (typeof convolutions)[number]];
  expect(chooserOf({ [convolutionKey(first)]: 'taps' })(first)).toBe('taps');
  expect(chooserOf({ [convolutionKey(first)]: 'phases' })(first)).toBe('columns');
  expect(chooserOf({ [convolutionKey(first)]: 'taps' })(second)).toBe('project');
});
