import type { Color } from './raster.ts';

/** A colour to draw with. */
export interface Swatch {
  readonly color: Color;
  readonly name: string;
}

/** The colours of emoji: those that are frequent in the flat ones of Fluent Emoji. */
export const pens: readonly Swatch[] = Object.entries({
  black: '#212121',
  brown: '#6d4534',
  tan: '#f0a860',
  red: '#f8312f',
  orange: '#ff822d',
  amber: '#ffb02e',
  yellow: '#fcd53f',
  lime: '#86d72f',
  green: '#00a651',
  sky: '#83cbff',
  blue: '#00a6ed',
  navy: '#26499d',
  violet: '#8d65c5',
  pink: '#ff6dc6',
  gray: '#9b9b9b',
  white: '#ffffff',
}).map(([name, color]) => ({ name, color: fromHex(color) }));

/** `#0030ff` → [0, 48, 255]. */
export function fromHex(hex: string): Color {
  const value = Number.parseInt(hex.slice(1), 16);
  return [value >> 16, (value >> 8) & 255, value & 255];
}

/** [0, 48, 255] → `rgb(0 48 255)`. */
export function css(color: Color): string {
  return `rgb(${color.join(' ')})`;
}
