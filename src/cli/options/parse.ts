import { UserError } from '../../core/errors.ts';

/** Throws {@link UserError} that names the flag unless `text` is a number. */
export function parseNumber(name: string, text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && Number.isFinite(value)) return value;
  throw new UserError(`Cannot use --${name} "${text}": it must be a number`);
}

/** `256` or `256x512`, height first. Throws {@link UserError} that names the flag. */
export function parseSize(name: string, text: string): [height: number, width: number] {
  const match = /^(\d+)(?:[x×](\d+))?$/i.exec(text);
  if (!match) {
    throw new UserError(
      `Cannot use --${name} "${text}": give pixels, such as 256, or 256x512 for height x width`,
    );
  }
  const height = Number(match[1]);
  return [height, match[2] === undefined ? height : Number(match[2])];
}

/** A number within bounds. Throws {@link UserError} that names the flag, its value and the bounds. */
export function parseWithin(
  name: string,
  text: string,
  { least, most, whole = false }: { readonly least: number; readonly most: number; readonly whole?: boolean },
): number {
  const value = parseNumber(name, text);
  if (value >= least && value <= most && (!whole || Number.isSafeInteger(value))) return value;
  const kind = whole ? 'a whole number' : 'a number';
  const upTo = most >= 1e9 ? `, ${least} or more` : ` from ${least} to ${most}`;
  const bounds = least === Number.MIN_SAFE_INTEGER ? '' : upTo;
  throw new UserError(`Cannot use --${name} ${text}: it must be ${kind}${bounds}`);
}

/** One of a few words. Throws {@link UserError} that names the flag and the words. */
export function parseChoice<Word extends string>(name: string, text: string, words: readonly Word[]): Word {
  const word = words.find(each => each === text);
  if (word !== undefined) return word;
  throw new UserError(`Cannot use --${name} "${text}": it must be one of ${words.join(', ')}`);
}

export function parseSeed(text: string): number {
  return parseWithin('seed', text, {
    least: Number.MIN_SAFE_INTEGER,
    most: Number.MAX_SAFE_INTEGER,
    whole: true,
  });
}

/** Undefined without the flag. */
export function parseThreads(text: string | undefined): number | undefined {
  return text === undefined ? undefined : parseWithin('threads', text, { least: 1, most: 1024, whole: true });
}

/** `256`, `256x512` (height, width) or `free`. Throws {@link UserError} for anything else. */
export function parseModelSize(text: string): readonly [number, number] | 'free' {
  if (text === 'free') return 'free';
  const [, height, width = height] = /^([1-9]\d{0,4})(?:[x×]([1-9]\d{0,4}))?$/.exec(text) ?? [];
  if (height !== undefined) return [Number(height), Number(width)];
  throw new UserError(
    `Cannot use --size "${text}": pass one number of pixels, height and width such as 256x512, or free`,
  );
}
