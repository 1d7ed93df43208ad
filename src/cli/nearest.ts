import { closest } from 'fastest-levenshtein';

/** The name that was probably meant: one that begins so, or the one with the fewest letters changed. */
export function nearest(word: string, names: readonly string[]): string {
  const longer = names.filter(name => name.startsWith(word));
  return closest(word, longer.length > 0 ? longer : names);
}
