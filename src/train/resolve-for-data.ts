import { findLabelPalette } from '../data/label-palette.ts';
import { lookAtPairs, type PairFacts, type SideFacts } from '../data/pair-facts.ts';
import type { PairFiles } from '../data/pairing.ts';
import type { Resampling } from '../data/scale-picture.ts';
import type { RunConfig } from './config.ts';
import { presetNamed } from './presets.ts';
import { type ConfigOverrides, type ResolvedConfig, resolveConfig } from './resolve-config.ts';

/**
 * {@link resolveConfig} for given pairs: what `overrides` leaves open about sizes, channels and depth follows from the data.
 * Preset `article` reads everything as 8-bit RGB
 * and averages over areas, as the article does. Throws {@link UserError} as resolveConfig does.
 */
export async function resolveConfigFor(
  overrides: ConfigOverrides,
  pairs: readonly PairFiles[],
): Promise<ResolvedConfig> {
  const resolved = await resolveForSides(overrides, pairs);
  const { config, notes } = resolved;
  const { labels } = config;
  if (!labels.planes || labels.palette !== null) return resolved;
  const palette = (await findLabelPalette(pairs, config.direction)).map(
    ([r, g, b]): [number, number, number] => [r, g, b],
  );
  const found = `Conditions are shown as ${palette.length} planes, one a label colour of the training data`;
  return { config: { ...config, labels: { ...labels, palette } }, notes: [...notes, found] };
}

async function resolveForSides(
  overrides: ConfigOverrides,
  pairs: readonly PairFiles[],
): Promise<ResolvedConfig> {
  const preset = presetNamed(overrides.preset ?? 'paper');
  const facts = preset.preset === 'article' ? undefined : await lookAtPairs(pairs);
  if (!facts) return resolveConfig(overrides);
  const [condition, target] = sidesOf(facts, overrides.direction ?? preset.direction);
  const { config, notes } = resolveConfig({
    ...overrides,
    channels: {
      condition: overrides.channels?.condition ?? condition.channels,
      target: overrides.channels?.target ?? target.channels,
    },
    resize: {
      ...(isMixed(facts) && ({ mode: 'scale-shorter-side' } as const)),
      ...overrides.resize,
      condition: overrides.resize?.condition ?? resamplingFor(condition),
      target: overrides.resize?.target ?? resamplingFor(target),
    },
    depth: { condition: condition.depth, target: overrides.depth?.target ?? target.depth },
  });
  const { channels, depth } = config;
  return {
    config,
    notes: [
      ...notes,
      ...describeMode(config, overrides),
      ...describeSide('condition', channels.condition, condition),
      ...describeSide('target', channels.target, target),
      ...(depth.target === 8 ? [] : [`Translations have ${depthNames[depth.target]}, as the targets have`]),
    ],
  };
}

const depthNames = { 8: '8 bits', 16: '16 bits', 32: 'floats' } as const;

function sidesOf({ a, b }: PairFacts, direction: string): [condition: SideFacts, target: SideFacts] {
  return direction === 'AtoB' ? [a, b] : [b, a];
}

/** Pictures of several shapes are not squeezed, so that things keep theirs. */
function isMixed({ shapes: [narrowest, widest] }: PairFacts): boolean {
  return widest / narrowest > 1.1;
}

/** Mixed colours would be classes that a label map doesn't have. */
function resamplingFor({ labelMaps }: SideFacts): Resampling {
  return labelMaps ? 'nearest' : 'area';
}

function describeMode({ resize, size }: RunConfig, overrides: ConfigOverrides): string[] {
  const notes: string[] = [];
  if (resize.mode === 'scale-shorter-side' && overrides.resize?.mode === undefined) {
    notes.push(
      `Pictures have several shapes: they are scaled to cover ${size.join('×')} and cropped; --resize sets it`,
    );
  }
  for (const side of ['condition', 'target'] as const) {
    if (resize[side] !== 'nearest' || overrides.resize?.[side] !== undefined) continue;
    notes.push(
      `The ${side}s look like label maps: they are resized by nearest neighbour; --${side}-resampling sets it`,
    );
  }
  return notes;
}

/** Says aloud what isn't plain RGB. */
function describeSide(side: 'condition' | 'target', channels: number, { alpha }: SideFacts): string[] {
  const flag = `--${side}-channels`;
  const count = channels === 1 ? '1 channel' : `${channels} channels`;
  const notes = channels === 3 ? [] : [`The ${side}s have ${count}; ${flag} sets it`];
  if (!alpha || channels === 2 || channels === 4) return notes;
  return [
    ...notes,
    `Transparency of the ${side}s is laid on white; ${flag} ${channels + 1} keeps it as a channel`,
  ];
}
