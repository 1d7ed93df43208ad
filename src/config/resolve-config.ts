import { UserError } from '../core/errors.ts';
import { croppingModes } from '../core/sizes.ts';
import { generators, resolveLevels } from '../models/generators.ts';
import { checkCombination } from './check-combination.ts';
import { type RunConfig, runConfigSchema } from './config.ts';
import { explainConfigIssue } from './config-issue.ts';
import { idleSettings } from './idle-settings.ts';
import { merge, type SomeOf } from './merge-config.ts';
import { presetNamed } from './presets.ts';
import { trainingSizes } from './size-stages.ts';

/** Some fields of a run config; `preset` names the complete one that the others change. */
export type ConfigOverrides = SomeOf<RunConfig>;

export interface ResolvedConfig {
  readonly config: RunConfig;
  /** What differs from the preset without being asked for, and which settings have no effect; a sentence each. */
  readonly notes: readonly string[];
}

/**
 * A preset (by default `images`), or another complete config, with overrides applied, validated, and with a generator as deep as its sizes allow.
 * Throws {@link UserError} if a value is out of range or the size doesn't suit the networks.
 */
export function resolveConfig(
  overrides: ConfigOverrides = {},
  base: RunConfig = presetNamed(overrides.preset ?? 'images'),
): ResolvedConfig {
  const merged = merge(base, overrides);
  const parsed = runConfigSchema.safeParse(merged);
  if (!parsed.success) throw new UserError(`Cannot train with ${explainConfigIssue(parsed.error, merged)}`);
  const notes: string[] = [];
  const scheduled = keepSchedule(settleJitter(parsed.data, overrides), base, overrides, notes);
  checkCombination(scheduled);
  notes.push(...idleSettings(overrides, scheduled), ...describeGrowth(scheduled));
  return { config: settleLevels(scheduled, notes), notes };
}

/** Jitter alone selects a mode that crops; a mode that doesn't crop, alone, switches jitter off. */
function settleJitter(config: RunConfig, { resize, augment }: ConfigOverrides): RunConfig {
  if (croppingModes.includes(config.resize.mode) || config.augment.jitter === 1) return config;
  if (resize?.mode === undefined) return { ...config, resize: { ...config.resize, mode: 'resize-and-crop' } };
  return augment?.jitter === undefined ? { ...config, augment: { ...config.augment, jitter: 1 } } : config;
}

/** A run of another length keeps the preset's proportion of constant and falling learning rate. */
function keepSchedule(
  config: RunConfig,
  preset: RunConfig,
  overrides: ConfigOverrides,
  notes: string[],
): RunConfig {
  const { constantEpochs } = preset.schedule;
  const falls = ['linear', 'cosine'].includes(config.schedule.course);
  if (!falls || constantEpochs === 0 || overrides.schedule?.constantEpochs !== undefined) return config;
  if (config.epochs === preset.epochs) return config;
  const kept = Math.ceil((config.epochs * constantEpochs) / preset.epochs);
  if (kept < config.epochs)
    notes.push(
      `The learning rate falls after ${kept} of ${config.epochs} epochs, the same share as ${constantEpochs} of ${preset.epochs}; --constant-epochs overrides this`,
    );
  return { ...config, schedule: { ...config.schedule, constantEpochs: kept } };
}

function describeGrowth({ grow, minutes, size }: RunConfig): string[] {
  if (grow === null || minutes === null) return [];
  return [
    `--grow counts in steps: if --minutes ends the run early, it may not have trained at ${size.join('×')}`,
  ];
}

/** As many levels as suit every size that the run trains at. */
function settleLevels(config: RunConfig, notes: string[]): RunConfig {
  const { architecture, levels: wanted, norm } = config.generator;
  const depths = trainingSizes(config).map(size => ({
    size,
    levels: resolveLevels(
      architecture,
      size,
      config.batchSize,
      wanted,
      norm,
      size === config.size ? '--size' : '--grow',
    ),
  }));
  const { levels, size } = depths.reduce((least, each) => (each.levels < least.levels ? each : least));
  const original = generators[architecture].originalLevels;
  if (wanted === null && levels < original) {
    const flag = size === config.size ? '--size' : '--grow';
    const deeper = resolveLevels(architecture, size, config.batchSize + 1, null, norm, flag);
    const limits =
      deeper > levels
        ? `and batch size ${config.batchSize} allow no more; a larger batch does`
        : 'allows no more';
    notes.push(
      `The generator has ${levels} levels, not the usual ${original}: size ${size.join('×')} ${limits}`,
    );
  }
  return { ...config, generator: { ...config.generator, levels } };
}
