import { expect, it } from 'vitest';
import { presets } from './config/presets.ts';
import { resolveConfig } from './config/resolve-config.ts';
import { Pix2Pix } from './pix2pix.ts';

const places = { data: 'facades', runFolder: 'runs/facades' };

it('starts from preset paper, as the command does', () => {
  expect(new Pix2Pix(places).config).toEqual(resolveConfig().config);
});

it('has the article’s settings with preset article', () => {
  const { levels } = new Pix2Pix({ ...places, preset: 'article' }).config.generator;
  expect(new Pix2Pix({ ...places, preset: 'article' }).config).toEqual({
    ...presets.article,
    generator: { ...presets.article.generator, levels },
  });
});
