import { closest, distance } from 'fastest-levenshtein';

/** The name that was probably meant: one that begins so, or one with few letters changed. */
function nearest(word: string, names: readonly string[]): string | undefined {
  const longer = names.filter(name => name.startsWith(word));
  if (longer.length > 0) return closest(word, longer);
  const close = names.filter(name => distance(word, name) <= word.length / 2);
  return close.length > 0 ? closest(word, close) : undefined;
}

/** `did you mean "train"? ` where something is near, for the middle of a message. */
export function didYouMean(word: string, names: readonly string[]): string {
  const near = nearest(word, names);
  return near === undefined ? 'there is no such name; ' : `did you mean "${near}"? `;
}
