import { expect, it } from 'vitest';
import { trainedValues } from '../../test/reference/export-variants.ts';
import { resolveConfig } from '../config/resolve-config.ts';
import { generatorModel } from './generator-model.ts';

function needOf(preset: string, generator: object) {
  const { config } = resolveConfig({
    preset,
    size: [64, 64],
    generator: { levels: 2, dropout: 0, ...generator },
  });
  const { description } = generatorModel(config, trainedValues(config), { size: 'free', form: 'tensors' });
  return description.memory!;
}

it('counts the images held at the same time, and a transposed convolution’s products', () => {
  // Global generator, last doubling: 2f channels on a quarter of the pixels, 9 products for each of f channels there, f channels.
  const perPixel = (filters: number) => 4 * ((2 * filters) / 4 + (9 * filters) / 4 + filters);
  for (const filters of [8, 16, 64]) {
    expect(needOf('hd', { filters, blocks: 1 }).perPixel).toBe(perPixel(filters));
  }
  expect(perPixel(64)).toBe(960);
});

it('counts skip connections, and weights', () => {
  const need = (skips: boolean) =>
    needOf('paper', { filters: 8, skips, inference: { statistics: 'moving', dropout: false } });
  const [linked, plain] = [need(true), need(false)];
  expect(linked.perPixel).toBeGreaterThan(plain.perPixel);
  expect(linked.weights).toBeGreaterThan(plain.weights);
  const values = needOf('hd', { filters: 8, blocks: 1 }).weights / 4;
  const doubled = needOf('hd', { filters: 16, blocks: 1 }).weights / 4;
  expect(doubled / values).toBeGreaterThan(3.5);
});
