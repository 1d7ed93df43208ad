import { describe, expect, it } from 'vitest';
import { presets } from './presets.ts';
import { type ConfigOverrides, resolveConfig } from './resolve-config.ts';

const refusal = (overrides: unknown) => () => resolveConfig(overrides as ConfigOverrides);

describe('resolveConfig', () => {
  it('defaults to the preset for all images', () => {
    const { config, notes } = resolveConfig();
    expect(config).toEqual({ ...presets.images, generator: { ...presets.images.generator, levels: 6 } });
    expect(notes).toEqual([]);
  });

  it.each(Object.values(presets))('returns preset $preset unchanged', preset => {
    const { config } = resolveConfig({ preset: preset.preset });
    const { levels } = config.generator;
    expect(config).toEqual({ ...preset, generator: { ...preset.generator, levels } });
  });

  it('changes single fields at any depth and keeps their neighbours', () => {
    const { config } = resolveConfig({
      preset: 'article',
      epochs: 3,
      generator: { filters: 8, inference: { dropout: true } },
    });
    expect(config.epochs).toBe(3);
    expect(config.generator).toEqual({
      ...presets.article.generator,
      filters: 8,
      levels: 7,
      inference: { ...presets.article.generator.inference, dropout: true },
    });
    expect(presets.article.generator.filters).toBe(64);
  });

  it('takes undefined as not given', () => {
    expect(refusal({ epochs: undefined })).not.toThrow();
  });

  it('notes a generator with fewer levels than the original', () => {
    const { config, notes } = resolveConfig({ preset: 'article', size: [128, 128] });
    expect(config.generator.levels).toBe(6);
    expect(notes).toEqual([
      'The generator has 6 levels, not the usual 7: size 128×128 and batch size 1 allow no more; a larger batch does',
    ]);
    expect(resolveConfig({ preset: 'article', size: [128, 128], batchSize: 2 }).config.generator.levels).toBe(
      7,
    );
  });

  it('has no more levels than the smallest of its sizes allows', () => {
    const { config, notes } = resolveConfig({ grow: '32:20%,64:20%' });
    expect(config.generator.levels).toBe(5);
    expect(notes).toEqual(['The generator has 5 levels, not the usual 6: size 32×32 allows no more']);
  });

  it('warns that a limit on time may come before the last size', () => {
    expect(resolveConfig({ grow: '64:20%', minutes: 5, generator: { levels: 6 } }).notes).toEqual([
      '--grow counts in steps: if --minutes ends the run early, it may not have trained at 256×256',
    ]);
  });

  it('does not note a number of levels that was set', () => {
    const { config, notes } = resolveConfig({ generator: { levels: 5 } });
    expect(config.generator.levels).toBe(5);
    expect(notes).toEqual([]);
  });

  it.each([
    [{ validation: { patience: 5 } }, '--stop-after has no effect: it needs --validate-steps'],
    [{ loss: { gradientPenalty: 5 } }, '--gradient-penalty has no effect: it needs --adversarial wgan-gp'],
    [
      { schedule: { constantEpochs: 200 } },
      '--constant-epochs has no effect: it needs --epochs above --constant-epochs',
    ],
    [
      { preset: 'paper', loss: { gan: 0 }, discriminator: { layers: 2 } },
      '--discriminator-layers has no effect: it needs --gan above 0 or --feature-matching above 0',
    ],
  ])('names what a setting without effect needs: %j', (overrides, note) => {
    expect(resolveConfig(overrides).notes).toContain(note);
  });

  it('treats a setting as set if its counterpart is', () => {
    const meant = {
      validation: { everySteps: 100, patience: 5 },
      optimizer: { method: 'sgd', momentum: 0.5 },
    } as const;
    expect(resolveConfig(meant).notes).toEqual([]);
  });

  it('keeps the proportions of the learning rate schedule in a shorter run', () => {
    const { config, notes } = resolveConfig({ preset: 'paper', epochs: 10 });
    expect(config.schedule.constantEpochs).toBe(5);
    expect(notes).toEqual([expect.stringContaining('falls after 5 of 10 epochs')]);
    expect(
      resolveConfig({ preset: 'paper', epochs: 10, schedule: { constantEpochs: 10 } }).config.schedule
        .constantEpochs,
    ).toBe(10);
    expect(resolveConfig({ preset: 'article', epochs: 10 }).notes).toEqual([]);
  });

  it.each([
    [{ epochs: 0 }, 'Cannot train with --epochs 0: it must be more than 0'],
    [{ epochs: 1.5 }, 'Cannot train with --epochs 1.5: it must be a whole number'],
    [{ epochs: '3' }, 'Cannot train with --epochs "3": it must be a number'],
    [{ direction: 'AB' }, 'Cannot train with --direction "AB": it must be one of AtoB, BtoA'],
    [{ generator: { dropout: 2 } }, 'Cannot train with --dropout 2: it must be less than 1'],
    [{ generator: { filters: -1 } }, 'Cannot train with --filters -1: it must be more than 0'],
    [{ size: [0, 64] }, 'Cannot train with --size 0: it must be more than 0'],
    [
      { optimizer: { learningRate: Number.NaN } },
      'Cannot train with --learning-rate NaN: it must be a number',
    ],
    [
      { optimizer: { form: 'torch' } },
      'Cannot train with optimizer.form "torch": it must be one of keras, pytorch',
    ],
    [
      { grow: '64' },
      'Cannot train with --grow "64": it must be sizes with their shares of the steps, such as 64:25% or 64:15%,128:35%',
    ],
    [{ epoch: 3 }, 'Cannot train with unknown option "epoch"'],
    [{ generator: { depth: 3 } }, 'Cannot train with unknown option "generator.depth"'],
    [{ preset: 'papper' }, 'Cannot find preset "papper": did you mean "paper"'],
  ])('refuses %j in one line', (overrides, message) => {
    expect(refusal(overrides)).toThrow(message);
    expect(refusal(overrides)).toThrow(expect.objectContaining({ name: 'UserError' }));
  });

  it.each([
    ['article', [72, 64], 'multiples of 16, and at least 32; use --size 80x64'],
    ['article', [16, 16], 'multiples of 16, and at least 32; use --size 32'],
    ['paper', [16, 64], '32 pixels or more; use --size 32x64'],
  ] as const)('refuses a size that the discriminator of %s can’t take: %j', (preset, size, message) => {
    expect(() => resolveConfig({ preset, size: [...size] })).toThrow(message);
  });
});
