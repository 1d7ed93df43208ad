import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { checkCombination } from '../src/config/check-combination.ts';
import type { RunConfig } from '../src/config/config.ts';
import { presets } from '../src/config/presets.ts';
import { Random } from '../src/core/random.ts';
import { elements } from '../src/core/shape.ts';
import { trainingMode } from '../src/nn/layers.ts';
import { drawMask } from '../src/nn/masks.ts';
import { type Arrays, compile } from '../src/runtime/program.ts';
import type { StepLosses } from '../src/step/algorithms.ts';
import { generatePass, gradientName } from '../src/step/graphs.ts';
import { conditionShape } from '../src/step/model.ts';
import type { Trainee } from '../src/step/trainee.ts';
import { createTrainee } from '../src/train/networks.ts';
import { imageValues, uniforms, variableValues } from './reference/named-values.ts';

// What PyTorch computes for the same weights, images and masks: test/goldens/pytorch.py.

interface Packed {
  readonly largest: number;
  /** Int16, little-endian, base64; 32767 stands for `largest`. */
  readonly values: string;
}

interface Golden {
  readonly what: string;
  readonly config: Pick<RunConfig, 'size' | 'batchSize'> & {
    readonly generator: Partial<RunConfig['generator']>;
    readonly discriminator: Partial<RunConfig['discriminator']>;
    readonly loss: RunConfig['loss'];
  };
  readonly first: {
    readonly fake: Packed;
    readonly generator: Readonly<Record<string, Packed>>;
    readonly discriminator: Readonly<Record<string, Packed>>;
  };
  /** Of the discriminator, the generator, and L1, a step each. */
  readonly losses: readonly (readonly [number, number, number])[];
}

const goldens = readFileSync('test/goldens/pytorch.jsonl', 'utf8')
  .trim()
  .split('\n')
  .map(line => JSON.parse(line) as Golden);

describe.each(goldens)('$what', ({ config: given, first, losses }) => {
  const { paper } = presets;
  const config: RunConfig = {
    ...paper,
    ...given,
    generator: { ...paper.generator, ...given.generator },
    discriminator: { ...paper.discriminator, ...given.discriminator },
  };

  it('is a config that can be trained', () => {
    expect(() => checkCombination(config)).not.toThrow();
  });

  it('generates the same image', async () => {
    expectClose(everyFew(await generate(config), config), first.fake, 1e-4);
  });

  it('has the same gradients in the first step and the same losses in five', async () => {
    let step = 0;
    const noise = (name: string) => ({ uniform: uniforms(`${name} ${step}`) });
    const trainee = await createTrainee(config, Random.fromSeed(0), { noise });
    setValues(trainee);
    for (const [i, expected] of losses.entries()) {
      step = i;
      const actual = await trainee.step(pairOf(config, i), 2e-4);
      expectSameLosses(actual, expected, config);
      if (i > 0) continue;
      expectSameGradients(trainee.discriminator.results, first.discriminator);
      expectSameGradients(trainee.generator.results, first.generator);
    }
    await trainee.release();
  });
});

function setValues({ generator, discriminator }: Trainee): void {
  for (const { variables, values } of [generator, discriminator]) {
    for (const variable of variables) {
      if (variable.trainable) values[variable.name]!.set(variableValues(variable));
    }
  }
}

function pairOf(config: RunConfig, step: number) {
  const shape = conditionShape(config);
  return {
    condition: imageValues(`condition ${step}`, shape),
    target: imageValues(`target ${step}`, shape),
  };
}

async function generate(config: RunConfig): Promise<Float32Array> {
  const { outputs, variables, masks } = generatePass(config, trainingMode);
  const { condition } = pairOf(config, 0);
  const fake = new Float32Array(condition.length);
  const arrays: Record<string, Float32Array> = { condition, fake };
  for (const variable of variables.all()) arrays[variable.name] = variableValues(variable);
  for (const mask of masks) {
    const array = new Float32Array(elements(mask.shape));
    drawMask(mask, array, { uniform: uniforms(`${mask.name} 0`) });
    arrays[mask.name] = array;
  }
  const program = await compile(outputs);
  await program.bind(arrays)();
  await program.release();
  return fake;
}

/** The pixels that are stored: of every few rows and columns. */
function everyFew(images: Float32Array, config: RunConfig): Float32Array {
  const [, height, width, channels] = conditionShape(config) as [number, number, number, number];
  const every = Math.max(Math.floor(height / 16), 1);
  return images.filter((_, i) => {
    const pixel = Math.floor(i / channels);
    return (pixel % width) % every === 0 && (Math.floor(pixel / width) % height) % every === 0;
  });
}

function expectSameLosses(
  actual: StepLosses,
  [discriminator, generator, l1]: readonly [number, number, number],
  { loss }: RunConfig,
): void {
  expectWithin(actual.discriminator, discriminator, 1e-3);
  expectWithin(actual.generator, generator, 1e-3);
  expectWithin(actual.l1, loss.l1 > 0 ? l1 : 0, 1e-3);
}

/** Absolute below 1, relative above. */
function expectWithin(actual: number, expected: number, tolerance: number): void {
  expect(Math.abs(actual - expected)).toBeLessThan(tolerance * Math.max(Math.abs(expected), 1));
}

/** Of every variable that PyTorch has, and of no others. */
function expectSameGradients(results: Arrays, expected: Readonly<Record<string, Packed>>): void {
  const gradients = Object.keys(results).filter(name => name.endsWith(gradientName('')));
  expect(gradients.sort()).toEqual(Object.keys(expected).map(gradientName).sort());
  for (const [name, packed] of Object.entries(expected)) {
    expectClose(results[gradientName(name)]!, packed, 1e-4, name);
  }
}

/** As a share of the largest value. */
function expectClose(actual: Float32Array, { largest, values }: Packed, tolerance: number, name = ''): void {
  const bytes = Buffer.from(values, 'base64');
  expect(bytes.length, name).toBe(2 * actual.length);
  let worst = 0;
  for (let i = 0; i < actual.length; i++) {
    const expected = (bytes.readInt16LE(2 * i) / 32767) * largest;
    worst = Math.max(worst, Math.abs(actual[i]! - expected));
  }
  expect(worst, name).toBeLessThanOrEqual(tolerance * Math.max(largest, Number.MIN_VALUE));
}
