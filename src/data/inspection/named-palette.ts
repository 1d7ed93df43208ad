import type { RunConfig } from '../../config/config.ts';
import { hexOf } from '../../core/hex-color.ts';
import { classColors } from '../facade-palette.ts';
import { jpegSpread } from './common-colors.ts';
import type { SideSummary } from './describe-sides.ts';
import { colorDistance } from './palette.ts';

/** What a drawing tool needs to know about a side of a data set. */
export interface NamedPalette extends Pick<SideSummary, 'kind' | 'gray'> {
  readonly colors: { color: string; name: string | null }[];
}

export function namedPalette({ kind, gray, colors }: SideSummary): NamedPalette {
  return { kind, gray, colors: namedColors(colors) };
}

/** What a model with label planes knows of its conditions without looking at any; null for other models. */
export function paletteOfModel({
  labels: { planes, palette },
}: Pick<RunConfig, 'labels'>): NamedPalette | null {
  if (!planes || !palette) return null;
  const gray = palette.every(([r, g, b]) => r === g && g === b);
  return { kind: 'label map', gray, colors: namedColors(palette.map(hexOf)) };
}

function namedColors(colors: readonly string[]): NamedPalette['colors'] {
  return colors.map(color => ({ color, name: nameOf(color) }));
}

/** The facade class with this colour, if any. */
function nameOf(color: string): string | null {
  const levels = [1, 3, 5].map(at => Number.parseInt(color.slice(at, at + 2), 16));
  const found = Object.entries(classColors).find(([, known]) => colorDistance(known, levels) <= jpegSpread);
  return found?.[0] ?? null;
}
