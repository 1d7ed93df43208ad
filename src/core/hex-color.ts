/** `[0, 48, 255]` → `#0030ff`. */
export function hexOf(color: readonly number[]): string {
  return `#${color.map(level => level.toString(16).padStart(2, '0')).join('')}`;
}
