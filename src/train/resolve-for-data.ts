import type { RunConfig } from '../config/config.ts';
import { presetNamed } from '../config/presets.ts';
import { type ConfigOverrides, type ResolvedConfig, resolveConfig } from '../config/resolve-config.ts';
import { UserError } from '../core/errors.ts';
import type { Resampling } from '../core/sizes.ts';
import { type PairFacts, type SideFacts, samplePairFacts } from '../data/pair-facts.ts';
import type { PairFiles } from '../data/pair-files.ts';
import { type ChosenPreset, choosePreset, findPalette } from './choose-preset.ts';

/**
 * {@link resolveConfig} for given pairs: unless `overrides` sets them, sizes, channels, depth and the preset (`labels` for label
 * maps, otherwise `images`) follow from the data. Preset `article` reads everything as 8-bit RGB and averages over areas, as
 * the article does. Throws {@link UserError} as resolveConfig does.
 */
export async function resolveConfigFor(
  overrides: ConfigOverrides,
  pairs: readonly PairFiles[],
): Promise<ResolvedConfig> {
  const { config, notes: found, palette: known } = await resolveForSides(overrides, pairs);
  const notes = [...found, ...describeObjective(config)];
  const { labels } = config;
  if (!labels.planes || labels.palette !== null) return { config, notes };
  const palette = known ?? (await findPalette(config, pairs));
  const shown = `Conditions are fed to the networks one-hot: ${palette.length} planes, one per label colour of the training data`;
  return { config: { ...config, labels: { ...labels, palette } }, notes: [...notes, shown] };
}

/** A warning about the article's objective without changes, from the measurement in docs/results.md. */
function describeObjective({ algorithm, loss }: RunConfig): string[] {
  const others = [loss.l1, loss.l1Coarse, loss.l2, loss.featureMatching];
  if (algorithm !== 'article' || others.some(weight => weight > 0)) return [];
  return [
    'The article’s objective has no L1 term. In our runs on the facades, training with it failed (docs/results.md); with --l1 100 --shuffle the images followed the label maps',
  ];
}

async function resolveForSides(
  overrides: ConfigOverrides,
  pairs: readonly PairFiles[],
): Promise<ResolvedConfig & Partial<ChosenPreset>> {
  if (overrides.preset === 'article') return resolveConfig(overrides);
  const facts = await samplePairFacts(pairs);
  if (!facts) return resolveConfig(overrides);
  const direction = overrides.direction ?? presetNamed(overrides.preset ?? 'images').direction;
  const [condition, target] = sidesOf(facts, direction);
  assertDistinct(condition);
  const chosen = await choosePreset(condition, { ...overrides, direction }, pairs);
  const labels = { ...presetNamed(chosen.preset).labels, ...overrides.labels };
  const { config, notes } = resolveConfig({
    ...overrides,
    preset: chosen.preset,
    channels: {
      condition: overrides.channels?.condition ?? channelsFor(condition, labels),
      target: overrides.channels?.target ?? target.channels,
    },
    resize: {
      ...(hasMixedAspectRatios(facts) && ({ mode: 'scale-shorter-side' } as const)),
      ...overrides.resize,
      condition: overrides.resize?.condition ?? (hasIds(labels) ? 'nearest' : resamplingFor(condition)),
      target: overrides.resize?.target ?? resamplingFor(target),
    },
    depth: {
      condition: overrides.depth?.condition ?? condition.depth,
      target: overrides.depth?.target ?? target.depth,
    },
  });
  const { channels, depth } = config;
  return {
    ...chosen,
    config,
    notes: [
      ...chosen.notes,
      ...notes,
      ...describeDirection(condition, target, overrides),
      ...describeMode(config, overrides),
      ...(overrides.channels?.condition === undefined
        ? describeSide('condition', channels.condition, condition)
        : []),
      ...(overrides.channels?.target === undefined ? describeSide('target', channels.target, target) : []),
      ...describeIndices('condition', condition, config),
      ...describeIndices('target', target, config),
      ...(depth.target === 8 || overrides.depth?.target !== undefined
        ? []
        : [`Translations are written ${depthNames[depth.target]}, like the targets`]),
    ],
  };
}

const depthNames = { 8: 'in 8 bits', 16: 'in 16 bits', 32: 'as floats' } as const;

function sidesOf({ a, b }: PairFacts, direction: string): [condition: SideFacts, target: SideFacts] {
  return direction === 'AtoB' ? [a, b] : [b, a];
}

/** Throws {@link UserError} if the classes of label maps hardly differ. */
function assertDistinct({ labelMaps, faintIndices, highestIndex }: SideFacts): void {
  if (!labelMaps || !faintIndices) return;
  throw new UserError(
    `Cannot train on the conditions: their class indices, 0 to ${highestIndex}, are levels of 16-bit images, where they hardly differ; save them as 8-bit images`,
  );
}

/** Pictures of different aspect ratios are cropped, not distorted. */
function hasMixedAspectRatios({ aspectRatios: [narrowest, widest] }: PairFacts): boolean {
  return widest / narrowest > 1.1;
}

/** Instance ids may be in the channel that is opacity in other pictures. Label planes are identified by RGB colours. */
function channelsFor({ channels, alpha }: SideFacts, labels: RunConfig['labels']): number {
  if (labels.planes && hasIds(labels) && !alpha && channels < 4)
    throw new UserError(
      `Cannot use --boundaries ids: the conditions have ${channels} channels, and none for instance ids; leave it out`,
    );
  if (labels.planes) return hasIds(labels) ? 4 : 3;
  return channels + (alpha && hasIds(labels) ? 1 : 0);
}

function hasIds({ boundaries }: RunConfig['labels']): boolean {
  return boundaries === 'ids';
}

/** Averaging labels would give colours of no class. */
function resamplingFor({ labelMaps }: SideFacts): Resampling {
  return labelMaps ? 'nearest' : 'area';
}

/** The usual mistake: photos are on the left, and nothing was said about the direction. */
function describeDirection(
  condition: SideFacts,
  target: SideFacts,
  { direction }: ConfigOverrides,
): string[] {
  if (direction !== undefined || condition.labelMaps || !target.labelMaps) return [];
  return ['This learns photo → label map; for label map → photo stop, and add --direction BtoA'];
}

function describeMode({ resize, size, labels, channels }: RunConfig, overrides: ConfigOverrides): string[] {
  const notes: string[] = [];
  if (resize.mode === 'scale-shorter-side' && overrides.resize?.mode === undefined) {
    notes.push(
      `Images have different aspect ratios: they are scaled to cover ${size.join('×')} and cropped; --resize overrides this`,
    );
  }
  for (const side of ['condition', 'target'] as const) {
    if (resize[side] !== 'nearest' || overrides.resize?.[side] !== undefined) continue;
    notes.push(
      `The ${side}s ${side === 'condition' && hasIds(labels) ? `hold ids in the last of ${channels.condition} channels` : 'look like label maps'}: they are resized by nearest neighbour; --${side}-resampling overrides this`,
    );
  }
  return notes;
}

/** Notes about everything that isn't plain RGB. */
function describeSide(side: 'condition' | 'target', channels: number, { alpha }: SideFacts): string[] {
  const flag = `--${side}-channels`;
  const count = channels === 1 ? '1 channel' : `${channels} channels`;
  const notes = channels === 3 ? [] : [`The ${side}s have ${count}; ${flag} overrides this`];
  if (!alpha || channels === 2 || channels === 4) return notes;
  return [
    ...notes,
    `Transparent parts of the ${side}s are blended onto white; ${flag} ${channels + 1} keeps it as a channel`,
  ];
}

/** Class indices as gray values: nearly black, with nearly equal neighbours. */
function describeIndices(
  side: 'condition' | 'target',
  { labelMaps, highestIndex }: SideFacts,
  { labels }: RunConfig,
): string[] {
  if (!labelMaps || highestIndex === null || (side === 'condition' && labels.planes)) return [];
  const advice =
    side === 'condition'
      ? '--label-planes feeds them to the networks one-hot, one plane per class'
      : 'to learn them well, store each class in a clearly different colour';
  return [`The ${side}s hold class indices (0 to ${highestIndex}) as gray values; ${advice}`];
}
