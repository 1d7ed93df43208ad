import { expect, test } from 'vitest';
import * as z from 'zod';
import { runConfigSchema } from '../../src/config/config.ts';
import { presets } from '../../src/config/presets.ts';
import { resolveConfig } from '../../src/config/resolve-config.ts';
import { flagPaths } from '../../src/config/run-flags.ts';
import type { PresetList } from '../../src/server/api.ts';
import { choicesOf, configFrom, type FormField, formFields, presetValue } from './form-values.ts';

const list: PresetList = {
  presets,
  schema: z.toJSONSchema(runConfigSchema),
  fields: flagPaths().map(([{ name, kind, hint, about }, path]) => ({ flag: name, kind, hint, about, path })),
};

const field = (flag: string): FormField => formFields(list).find(each => each.flag === flag)!;

test('every flag but preset and direction has one field', () => {
  const flags = new Set(flagPaths().map(([{ name }]) => name));
  expect(formFields(list).map(({ flag }) => flag)).toEqual(
    [...flags].filter(flag => flag !== 'preset' && flag !== 'direction'),
  );
});

test('a form left alone asks for the preset as it is', () => {
  for (const preset of Object.keys(presets)) {
    const { config } = resolveConfig(configFrom(list, preset, presets.article.direction, {}));
    const { levels } = config.generator;
    expect(config).toEqual(resolveConfig({ preset, direction: 'AtoB', generator: { levels } }).config);
  }
});

test('every preset’s values, typed in, give that preset', () => {
  for (const preset of Object.keys(presets)) {
    const typed = formFields(list).map(each => [each.flag, presetValue(list, preset, each)]);
    const { config } = resolveConfig(configFrom(list, preset, 'BtoA', Object.fromEntries(typed)));
    expect(config).toEqual(resolveConfig({ preset, direction: 'BtoA' }).config);
  }
});

test('a flag of both networks sets both; sizes are N or HxW', () => {
  const config = configFrom(list, 'paper', 'AtoB', { filters: '8', size: '64x128', mirror: 'false' });
  expect(config).toEqual({
    preset: 'paper',
    direction: 'AtoB',
    size: [64, 128],
    generator: { filters: 8 },
    discriminator: { filters: 8 },
    augment: { mirror: false },
  });
});

test('fields with few values offer them', () => {
  expect(choicesOf(list, field('adversarial'))).toEqual(['bce', 'lsgan', 'hinge', 'wgan-gp']);
  expect(choicesOf(list, field('epochs'))).toEqual([]);
});
