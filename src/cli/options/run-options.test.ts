import { describe, expect, it } from 'vitest';
import { presets } from '../../config/presets.ts';
import { parseNumber, parseSize } from './parse.ts';
import { overridesFrom, runOptions } from './run-options.ts';

describe('run options', () => {
  it('set their fields, and only those that were given', () => {
    expect(overridesFrom({})).toEqual({});
    expect(overridesFrom({ precision: 'fp16' })).toEqual({ precision: 'float16' });
    const args = { preset: 'article', size: '64x128', 'learning-rate': '1e-4', shuffle: false, filters: '8' };
    expect(overridesFrom(args)).toEqual({
      preset: 'article',
      size: [64, 128],
      shuffle: false,
      optimizer: { learningRate: 1e-4 },
      generator: { filters: 8 },
      discriminator: { filters: 8 },
    });
  });

  it('of the discriminator go before those of both networks', () => {
    const args = {
      filters: '32',
      'discriminator-filters': '16',
      norm: 'instance',
      'discriminator-norm': 'spectral',
    };
    expect(overridesFrom(args)).toEqual({
      generator: { filters: 32, norm: 'instance' },
      discriminator: { filters: 16, norm: 'spectral' },
    });
    expect(overridesFrom({ 'discriminator-initializer': 'he' })).toEqual({
      discriminator: { initializer: 'he' },
    });
  });

  it('that may be unset take “none”', () => {
    expect(overridesFrom({ average: 'none', 'stop-after': 'none' })).toEqual({
      optimizer: { average: null },
      validation: { patience: null },
    });
    expect(overridesFrom({ norm: 'none' })).toEqual({
      generator: { norm: 'none' },
      discriminator: { norm: 'none' },
    });
    expect(() => overridesFrom({ l1: 'none' })).toThrow('Cannot use --l1 "none": it must be a number');
  });

  it('are described for the help', () => {
    const options = runOptions(presets.demo);
    for (const option of Object.values(options)) expect(option.description).toBeTruthy();
    expect(options.size).toMatchObject({ type: 'string', valueHint: 'N|HxW', standard: '128' });
    expect(options.shuffle).toMatchObject({ type: 'boolean', standard: 'on' });
    expect(options.mirror).toMatchObject({ type: 'boolean', standard: 'on' });
  });

  it('are refused if they are not numbers or sizes', () => {
    expect(parseNumber('seed', '-1')).toBe(-1);
    for (const text of ['', ' ', 'ten', 'Infinity', '1,5']) {
      expect(() => parseNumber('seed', text)).toThrow(`Cannot use --seed "${text}": it must be a number`);
    }
    expect(parseSize('size', '96')).toEqual([96, 96]);
    for (const text of ['', 'x', '12x', '1.5', '-3', '64x64x3']) {
      expect(() => parseSize('size', text)).toThrow(`Cannot use --size "${text}"`);
    }
  });
});
