import type { RunConfig } from '../config/config.ts';
import { presetNamed } from '../config/presets.ts';
import type { ConfigOverrides } from '../config/resolve-config.ts';
import { UserError } from '../core/errors.ts';
import { findLabelPalette } from '../data/label-palette.ts';
import type { SideFacts } from '../data/pair-facts.ts';
import type { PairFiles } from '../data/pair-files.ts';

export type Colors = NonNullable<RunConfig['labels']['palette']>;

export interface ChosenPreset {
  readonly preset: string;
  /** The colours of the label planes, if they were determined. */
  readonly palette?: Colors | undefined;
  readonly notes: readonly string[];
}

/**
 * The preset that `overrides` name; otherwise `labels` if the conditions are label maps, and `images` if they are not or have
 * too many classes.
 */
export async function choosePreset(
  { labelMaps }: SideFacts,
  { preset, direction, labels }: Pick<RunConfig, 'direction'> & Pick<ConfigOverrides, 'preset' | 'labels'>,
  pairs: readonly PairFiles[],
): Promise<ChosenPreset> {
  if (preset !== undefined) return { preset, notes: [] };
  if (labelMaps && labels?.planes !== false) {
    const settings = { direction, labels: { ...presetNamed('labels').labels, ...labels } };
    const palette = await findPalette(settings, pairs).catch(ignoreUserError);
    if (palette) {
      return {
        preset: 'labels',
        palette,
        notes: [`Using preset labels ${reason('look like')}; --preset overrides this`],
      };
    }
  }
  return {
    preset: 'images',
    notes: [`Using preset images ${reason('do not look like')}; --preset overrides this`],
  };
}

function reason(verb: string): string {
  return `because the conditions ${verb} label maps`;
}

/** The class colours of the conditions. Throws {@link UserError} if they are not label maps, or have too many classes. */
export async function findPalette(
  { direction, labels }: Pick<RunConfig, 'direction' | 'labels'>,
  pairs: readonly PairFiles[],
): Promise<Colors> {
  if (labels.palette) return labels.palette;
  const found = await findLabelPalette(pairs, { direction, withIds: labels.boundaries === 'ids' });
  return found.map(([r, g, b]): Colors[number] => [r, g, b]);
}

function ignoreUserError(error: unknown): undefined {
  if (!(error instanceof UserError)) throw error;
}
