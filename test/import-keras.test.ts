import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readModel } from '../src/import/read-model.ts';
import { articleGeneratorModel } from './reference/article-models.ts';
import { imageFrom } from './reference/imported.ts';
import { setWeights } from './reference/layers.ts';
import { imageValues, variableValues } from './reference/named-values.ts';
import { largestDifference, tensorOf, tf } from './reference/tensorflow.ts';

// Weights in Keras' layouts, written through h5py: test/goldens/keras-weights.py.

const goldens = 'test/goldens/keras-weights';
const layouts = readdirSync(goldens)
  .map(name => basename(name, '.gz'))
  .filter(name => name !== 'short.h5');

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'import-'));
  for (const name of [...layouts, 'short.h5']) {
    writeFileSync(join(folder, name), gunzipSync(readFileSync(join(goldens, `${name}.gz`))));
  }
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('Keras weights in test/goldens', () => {
  it.each(layouts)('%s gives each layer its weights', async name => {
    await expectOwnWeights(join(folder, name));
  });

  it('give the images of the article’s layers in TensorFlow.js', async () => {
    const model = await readModel(join(folder, 'legacy.h5'));
    const reference = articleGeneratorModel(1);
    setWeights(reference, new Map([...model.tensors].map(([name, { data }]) => [name, data])));
    const shape = [1, 256, 256, 3];
    const condition = tensorOf(imageValues('condition', shape), shape);
    const masks = reference.inputs.slice(1).map(({ shape }) => tf.ones([1, ...(shape as number[]).slice(1)]));
    const expected = reference.predict([condition, ...masks]) as tf.Tensor;
    expect(largestDifference(await imageFrom(model, 256, 'moving'), expected)).toBeLessThan(1e-4);
  });

  it('are refused with a table where layers are missing or of another shape', async () => {
    const path = join(folder, 'short.h5');
    await expect(readModel(path)).rejects.toMatchObject({
      name: 'UserError',
      message: `Cannot import "${path}": it looks like the article's generator in Keras with 7 levels, 1 filters and norm "batch", but of that generator's 76 tensors 2 are missing and 1 have another shape, and 0 are unused`,
      misfits: [
        { name: 'conv2d_2/kernel:0', wanted: [4, 4, 2, 4], found: [4, 4, 5, 2] },
        { name: 'kernel 14 (output)', wanted: [4, 4, 2, 3], found: null },
        { name: 'bias 14 (output)', wanted: [3], found: null },
      ],
    });
  });
});

const python = '/usr/bin/python3';
const hasH5py = spawnSync(python, ['-c', 'import h5py']).status === 0;

describe.skipIf(!hasH5py)('Keras weights written now (needs "apt-get install python3-h5py")', () => {
  it('give each layer its weights', async () => {
    const fresh = join(folder, 'fresh');
    execFileSync(python, ['test/goldens/keras-weights.py', fresh]);
    for (const name of layouts) await expectOwnWeights(join(fresh, name));
  });
});

/** Every variable has the values of its name, on the grid of the goldens. */
async function expectOwnWeights(path: string): Promise<void> {
  const { config, tensors } = await readModel(path);
  expect(config).toMatchObject({
    preset: 'article',
    size: [256, 256],
    generator: { levels: 7, filters: 1, norm: 'batch' },
  });
  expect(tensors.size).toBe(76);
  for (const [name, { shape, data }] of tensors) {
    const raise = name.endsWith('variance') ? 1 : 0;
    const values = variableValues({ name, shape }).map(value => Math.floor((value + raise) * 16) / 16);
    expect(data, `${path} ${name}`).toEqual(values);
  }
}
