import { expect, test } from 'vitest';
import {
  gatedGenerator,
  gateName,
  judgingDiscriminator,
  receptiveField,
} from '../docs/.vitepress/theme/figures/networks.ts';
import { resolveConfig } from '../src/config/resolve-config.ts';
import { Random } from '../src/core/random.ts';
import { elements } from '../src/core/shape.ts';
import { grad, input, interpret, slice, type Tensor, topological } from '../src/graph/index.ts';
import { inferenceMode } from '../src/nn/layers.ts';
import { initialValues, Variables } from '../src/nn/variables.ts';
import { translatePass } from '../src/step/graphs.ts';
import { discriminatorLogits } from '../src/step/model.ts';

// What the tutorial's figures make of the project's networks.

const { config } = resolveConfig({
  preset: 'article',
  direction: 'BtoA',
  size: [32, 32],
  generator: { filters: 2, levels: 4 },
  discriminator: { filters: 2, layers: 2 },
});
const random = Random.fromSeed(1);
const noise = (count: number) => Float32Array.from({ length: count }, () => 2 * random.uniform() - 1);
const condition = noise(elements([32, 32, 3]));

test('a U-Net whose skip connections all pass is the network that was trained, and each one matters', () => {
  const pass = translatePass(config);
  const values = Object.fromEntries(initialValues(pass.variables.all(), random));
  const [wanted] = interpret([pass.outputs.fake!], { ...values, condition });
  const { fake, ...features } = gatedGenerator(config);
  const made = (gates: readonly number[]) => {
    const given = Object.fromEntries(gates.map((gate, i) => [gateName(i + 1), [gate]]));
    return interpret([fake!], { ...values, condition, ...given })[0]!.data;
  };
  const open = made([1, 1, 1]);
  expect(open).toEqual(wanted!.data);
  for (const gates of [
    [0, 1, 1],
    [1, 0, 1],
    [1, 1, 0],
  ]) {
    expect(Math.max(...made(gates).map((x, i) => Math.abs(x - open[i]!)))).toBeGreaterThan(0.001);
  }
  expect(Object.entries(features).map(([name, { shape }]) => [name, shape.slice(1)])).toEqual([
    ['down1', [16, 16, 2]],
    ['down2', [8, 8, 4]],
    ['down3', [4, 4, 8]],
    ['down4', [2, 2, 16]],
    ['up1', [4, 4, 8]],
    ['up2', [8, 8, 4]],
    ['up3', [16, 16, 2]],
  ]);
});

test('the discriminator is judged with moving averages and with the statistics of the image', () => {
  const { moving, own } = judgingDiscriminator(config);
  expect([moving!.shape, own!.shape]).toEqual([
    [1, 8, 8, 1],
    [1, 8, 8, 1],
  ]);
  const statistics = (tensor: Tensor) =>
    topological([tensor]).filter(
      ({ op, attributes }) => op.name === 'input' && `${attributes.name}`.includes('moving_'),
    );
  expect(statistics(moving!)).toHaveLength(2);
  expect(statistics(own!)).toHaveLength(0);
});

test('the drawn receptive field is what a patch depends on', () => {
  const variables = new Variables();
  const image = input('image', [1, 32, 32, 3]);
  const given = input('condition', [1, 32, 32, 3]);
  const logits = discriminatorLogits(config, variables, image, given, inferenceMode);
  const values = Object.fromEntries(initialValues(variables.all(), random));
  for (const patch of [0, 3, 7]) {
    const [slope] = grad(slice(logits, [0, patch, patch, 0], [1, 1, 1, 1]), [image]);
    const { data } = interpret([slope!], { ...values, condition, image: noise(elements([32, 32, 3])) })[0]!;
    const rows = Array.from({ length: 32 }, (_, y) => y).filter(y =>
      data.subarray(y * 96, (y + 1) * 96).some(value => value !== 0),
    );
    const [from, to] = receptiveField(patch, 2);
    expect([rows[0], rows.at(-1)! + 1]).toEqual([Math.max(from, 0), Math.min(to, 32)]);
  }
});
