import { lookAtPairs, type PairFacts, type SideFacts } from '../data/pair-facts.ts';
import type { PairFiles } from '../data/pairing.ts';
import { presetNamed } from './presets.ts';
import { type ConfigOverrides, type ResolvedConfig, resolveConfig } from './resolve-config.ts';

/**
 * {@link resolveConfig} for given pairs: what `overrides` leaves open about channels and depth follows from the data.
 * Preset `article` reads everything as 8-bit RGB, as the article does. Throws {@link UserError} as resolveConfig does.
 */
export async function resolveConfigFor(
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
    depth: { condition: condition.depth, target: overrides.depth?.target ?? target.depth },
  });
  const { channels, depth } = config;
  return {
    config,
    notes: [
      ...notes,
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
