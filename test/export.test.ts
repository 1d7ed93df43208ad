import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import type { RunConfig } from '../src/config/config.ts';
import { createImage, imageToTensor, type Samples, tensorToImage } from '../src/core/image.ts';
import { Random } from '../src/core/random.ts';
import { descriptionIn, type ModelDescription, metadataOf, precisions } from '../src/export/description.ts';
import { type GeneratorModel, generatorModel } from '../src/export/generator-model.ts';
import { openImageModel, readImageModel } from '../src/export/image-model.ts';
import { type ExportOptions, exportGenerator } from '../src/export/onnx-file.ts';
import { measurePower } from '../src/export/precision/calibrate.ts';
import { halvePrecision } from '../src/export/precision/float16.ts';
import { quantizeKernels } from '../src/export/precision/int8.ts';
import { paddedChannels } from '../src/lower/common.ts';
import { encodeModel } from '../src/onnx/model.ts';
import type { ModelProto } from '../src/onnx/onnx_pb.ts';
import { openSession } from '../src/runtime/session.ts';
import { openTranslator } from '../src/translate/translator.ts';
import { saveBytes, temporaryFolder } from './data-fixtures.ts';
import {
  largestDifference,
  planesOf,
  psnr,
  runOwnGraph,
  trainedValues,
  variants,
} from './reference/export-variants.ts';

const FREE = { size: 'free', form: 'tensors' } as const;
const checker = spawnSync('/usr/bin/python3', ['-c', 'import onnx.checker']);

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'export-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function randomImage(height: number, width: number) {
  const random = Random.fromSeed(2);
  const image = createImage(width, height);
  image.data.forEach((_, i) => {
    image.data[i] = random.integer(256);
  });
  return image;
}

describe.each(variants)('%s', (_, config) => {
  const values = trainedValues(config);

  it('translates like the run, at its size and at another', async () => {
    const session = await openSession(encodeModel(generatorModel(config, values, FREE).model));
    for (const [height, width] of [config.size, [64, 128]] as const) {
      const image = randomImage(height, width);
      const condition = imageToTensor(image);
      const expected = await runOwnGraph({ ...config, size: [height, width] }, values, condition);
      const feed = { data: planesOf(condition), shape: [1, 3, height, width] };
      const { generated } = await session.run({ condition: feed });
      expect(generated!.shape).toEqual([1, 3, height, width]);
      expect(largestDifference(generated!.data, planesOf(expected))).toBeLessThan(1e-4);
      expect(largestDifference(expected, new Float32Array(expected.length))).toBeGreaterThan(0.2);
    }
    await session.release();
  });

  it('has no convolution that WebGPU would sum wrongly', () => {
    const { node, initializer } = generatorModel(config, values, FREE).model.graph!;
    const kernels = node.flatMap(({ opType, input }) => (opType === 'Conv' ? [input[1]] : []));
    expect(kernels.length).toBeGreaterThan(0);
    for (const { name, dims } of initializer.filter(({ name }) => kernels.includes(name))) {
      expect(paddedChannels(Number(dims[1])), name).toBe(Number(dims[1]));
    }
  });

  it('has images as input and output if requested', async () => {
    const image = randomImage(64, 64);
    const expected = tensorToImage(await runOwnGraph(config, values, imageToTensor(image)), 64, 64);
    const { model, description } = generatorModel(config, values, { size: [64, 64], form: 'image' });
    const opened = await openImageModel(encodeModel(model), description);
    const { data } = await opened.run(image);
    await opened.release();
    expect(largestDifference(data, expected.data)).toBeLessThanOrEqual(1);
  });
});

test.skipIf(checker.status !== 0)(
  'onnx.checker accepts them in every precision (needs "apt-get install python3-onnx")',
  async () => {
    const files: string[] = [];
    for (const [i, [, config]] of variants.entries()) {
      for (const [j, precision] of precisions.entries()) {
        const form = (i + j) % 2 === 0 ? 'tensors' : 'image';
        const { model, description } = generatorModel(config, trainedValues(config), { size: 'free', form });
        if (precision === 'float16') halvePrecision(model);
        if (precision === 'int8') {
          quantizeKernels(model, await measurePower(model, description, pictures()));
        }
        files.push(writeModel(`checked-${i}-${precision}`, encodeModel(model)));
      }
    }
    const program =
      'import onnx, sys\nfor f in sys.argv[1:]: onnx.checker.check_model(onnx.load(f), full_check=True)';
    const { stderr, status } = spawnSync('/usr/bin/python3', ['-c', program, ...files], { encoding: 'utf8' });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  },
);

async function* pictures() {
  yield randomImage(64, 64);
}

describe('a batch', () => {
  const [, config] = variants.find(([title]) => title === "article, the image's statistics")!;

  it('is translated like its single images', async () => {
    const model = encodeModel(generatorModel(config, trainedValues(config), FREE).model);
    const session = await openSession(model);
    const random = Random.fromSeed(1);
    const data = new Float32Array(2 * 3 * 64 * 64).map(() => 2 * random.uniform() - 1);
    const both = (await session.run({ condition: { data, shape: [2, 3, 64, 64] } })).generated!.data;
    const second = data.slice(data.length / 2);
    const alone = (await session.run({ condition: { data: second, shape: [1, 3, 64, 64] } })).generated!.data;
    await session.release();
    expect(largestDifference(both.subarray(data.length / 2), alone)).toBeLessThan(1e-5);
  });
});

describe('noise', () => {
  const [, quiet] = variants.find(([title]) => title === 'U-Net, transposed, batch norm')!;
  const noisy: RunConfig = {
    ...quiet,
    generator: { ...quiet.generator, dropout: 0.5, inference: { statistics: 'batch', dropout: true } },
  };
  const values = trainedValues(noisy);
  const image = randomImage(64, 64);

  const results = async (config: RunConfig, count: number) => {
    const { model, description } = generatorModel(config, values, { size: 'free', form: 'image' });
    const opened = await openImageModel(encodeModel(model), description);
    const all: Samples[] = [];
    for (let i = 0; i < count; i++) all.push((await opened.run(image)).data);
    await opened.release();
    return { all, description };
  };

  it('differs from image to image, is the same in each session, and can be seen in the description', async () => {
    const [first, again] = [await results(noisy, 2), await results(noisy, 2)];
    expect(first.description.noise).toBe(true);
    expect(largestDifference(first.all[0]!, first.all[1]!)).toBeGreaterThan(1);
    expect(first.all).toEqual(again.all);
  });

  it('is also added in float16', async () => {
    const { model, description } = generatorModel(noisy, values, { size: 'free', form: 'image' });
    halvePrecision(model);
    const opened = await openImageModel(encodeModel(model), description);
    const [first, second] = [await opened.run(image), await opened.run(image)];
    await opened.release();
    expect(largestDifference(first.data, second.data)).toBeGreaterThan(1);
  });

  it('is absent if the config switches it off', async () => {
    const { all, description } = await results(quiet, 2);
    expect(description.noise).toBe(false);
    expect(all[0]).toEqual(all[1]);
  });
});

describe('precision', () => {
  const image = randomImage(64, 64);
  const some = variants.filter(([title]) =>
    /^(article, batch|U-Net, resize, batch|U-Net, bilinear, batch|ResNet, transposed, instance)/.test(title),
  );

  const translated = async (model: ModelProto, description: ModelDescription) => {
    const opened = await openImageModel(encodeModel(model), description);
    const { data } = await opened.run(image);
    await opened.release();
    return data;
  };

  describe.each(some)('%s', (_, config) => {
    for (const form of ['image', 'tensors'] as const) {
      const make = () => generatorModel(config, trainedValues(config), { size: 'free', form });

      it(`float16 halves the file and keeps the picture (${form})`, async () => {
        const [full, half] = [make(), make()];
        halvePrecision(half.model);
        expect(encodeModel(half.model).length / encodeModel(full.model).length).toBeLessThan(0.62);
        const [expected, got] = [
          await translated(full.model, full.description),
          await translated(half.model, half.description),
        ];
        expect(psnr(expected, got)).toBeGreaterThan(45);
        expect(got).not.toEqual(expected);
      });

      it(`int8 quarters the kernels and keeps the picture nearly (${form})`, async () => {
        const [full, small] = [make(), make()];
        const power = await measurePower(small.model, small.description, pictures());
        quantizeKernels(small.model, power);
        const [expected, got] = [
          await translated(full.model, full.description),
          await translated(small.model, small.description),
        ];
        expect(psnr(expected, got)).toBeGreaterThan(30);
        expect(got).not.toEqual(expected);
      });
    }
  });

  it('16-bit instance ids are not exported in ways that can’t represent them, 8-bit ones are', async () => {
    const [, config] = variants.find(([title]) => title === 'boundaries of ids')!;
    const exported = (bits: 8 | 16, options: Omit<ExportOptions, 'size'>) => {
      const fine = { ...config, depth: { ...config.depth, condition: bits } };
      const tensors = Object.entries(trainedValues(config)).map(
        ([name, data]) => [name, { shape: [data.length], data }] as const,
      );
      return exportGenerator(
        { path: 'run', config: fine, tensors: new Map(tensors) },
        { size: 'free', ...options },
      );
    };
    for (const [options, way] of [
      [{ form: 'image' }, 'as bytes'],
      [{ form: 'tensors', precision: 'float16' }, 'as float16'],
    ] as const) {
      await expect(exported(16, options)).rejects.toThrow(`16-bit instance ids ${way}`);
      await expect(exported(8, options)).resolves.toHaveProperty('pieces');
    }
    await expect(exported(16, { form: 'tensors' })).resolves.toHaveProperty('pieces');
  });

  it('int8 is refused if no pair can be read', async () => {
    const [, config] = variants[0]!;
    const data = await temporaryFolder();
    for (const name of ['1.png', '2.png']) await saveBytes(join(data, 'train', name), 'no picture');
    const tensors = Object.entries(trainedValues(config)).map(
      ([name, values]) => [name, { shape: [values.length], data: values }] as const,
    );
    const saved = { path: 'run', config, tensors: new Map(tensors) };
    await expect(exportGenerator(saved, { ...FREE, precision: 'int8', data })).rejects.toThrow(
      `Cannot export "run" as int8: no pair of "${data}" can be read; pass others with --data`,
    );
  });

  it('int8 takes at most 0.35 of the size if the file is mostly kernels', async () => {
    const [, config] = variants[0]!;
    const wide = { ...config, generator: { ...config.generator, filters: 24 } };
    const [full, small] = [0, 1].map(() => generatorModel(wide, trainedValues(wide), FREE)) as [
      GeneratorModel,
      GeneratorModel,
    ];
    quantizeKernels(small.model, await measurePower(small.model, small.description, pictures()));
    expect(encodeModel(small.model).length / encodeModel(full.model).length).toBeLessThan(0.35);
  });
});

describe('a file', () => {
  const [, config] = variants[0]!;
  const values = trainedValues(config);

  it('describes itself, so that translating needs nothing else', async () => {
    const { model, description } = generatorModel(config, values, FREE);
    expect(descriptionIn(metadataOf(description))).toEqual(description);
    expect(description).toMatchObject({
      preset: 'article',
      direction: 'AtoB',
      input: { name: 'condition', layout: 'NCHW', range: [-1, 1], order: 'RGB' },
      size: { fixed: null, multiple: 32 },
      statistics: 'moving',
    });
    const translator = await openTranslator(writeModel('own', encodeModel(model, metadataOf(description))));
    const image = randomImage(50, 75);
    const { width, height } = await translator.translate(image);
    await translator.close();
    expect([height, width]).toEqual([50, 75]);
  });

  it('of an older version is read: `reach` becomes the receptive field', () => {
    const { description } = generatorModel(config, values, FREE);
    const { 'pix2pix.receptiveField': _, ...others } = metadataOf(description);
    expect(description.receptiveField).toBe(249);
    expect(descriptionIn({ ...others, 'pix2pix.reach': '124' })).toEqual(description);
    expect(descriptionIn({ ...others, 'pix2pix.reach': 'null' })).toMatchObject({ receptiveField: null });
  });

  it.each([
    ['truncated', (bytes: Uint8Array) => bytes.subarray(0, bytes.length >> 1), 'not an ONNX model'],
    ['empty', () => new Uint8Array(), 'not an ONNX model'],
    ['text', () => new TextEncoder().encode('hello, this is no model'), 'not an ONNX model'],
    ['without a description', withoutMetadata, 'has no description of its input'],
  ])('that is %s is refused', async (name, damage, reason) => {
    const { model, description } = generatorModel(config, values, FREE);
    const path = writeModel(name, damage(encodeModel(model, metadataOf(description))));
    await expect(readImageModel(path)).rejects.toMatchObject({
      name: 'UserError',
      message: expect.stringContaining(reason),
    });
  });

  function withoutMetadata(): Uint8Array {
    return encodeModel(generatorModel(config, values, FREE).model);
  }
});

function writeModel(name: string, bytes: Uint8Array): string {
  const path = join(folder, `${name}.onnx`);
  writeFileSync(path, bytes);
  return path;
}
