import { expect, test } from 'vitest';
import * as z from 'zod';
import { runConfigSchema } from '../../src/config/config.ts';
import { presetDescriptions, presets } from '../../src/config/presets.ts';
import { resolveConfig } from '../../src/config/resolve-config.ts';
import { flagSettings } from '../../src/config/settings-index.ts';
import { adversarialNames } from '../../src/nn/adversarial.ts';
import type { PresetList } from '../../src/server/api.ts';
import { choicesOf, configFrom, type FormField, formFields, presetValue } from './form-values.ts';

const list: PresetList = {
  presets,
  schema: z.toJSONSchema(runConfigSchema),
  descriptions: presetDescriptions,
  fields: flagSettings.map(each => ({
    ...each,
    path: [...each.path],
    common: each.common ?? false,
    needs: [],
  })),
};

const field = (flag: string): FormField => formFields(list).find(each => each.flag === flag)!;

test('every flag but preset and direction has a field', () => {
  const flags = flagSettings.map(({ flag }) => flag);
  expect(formFields(list).map(({ flag }) => flag)).toEqual(
    flags.filter(flag => flag !== 'preset' && flag !== 'direction'),
  );
});

test('an untouched form requests the preset unchanged', () => {
  for (const preset of Object.keys(presets)) {
    const { config } = resolveConfig(configFrom(list, preset, presets.article.direction, {}));
    const { levels } = config.generator;
    expect(config).toEqual(resolveConfig({ preset, direction: 'AtoB', generator: { levels } }).config);
  }
});

test('entering a preset’s values gives that preset', () => {
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
  expect(configFrom(list, 'paper', 'AtoB', { filters: '8', 'discriminator-filters': '4' })).toMatchObject({
    generator: { filters: 8 },
    discriminator: { filters: 4 },
  });
});

test('fields with few values list them', () => {
  expect(choicesOf(list, field('adversarial'))).toEqual(adversarialNames);
  expect(choicesOf(list, field('epochs'))).toEqual([]);
});
