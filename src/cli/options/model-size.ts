import { UserError } from '../../core/errors.ts';

/** `256`, `256x512` (height, width) or `free`, which is also what nothing means. */
export function parseModelSize(text: string | undefined): readonly [number, number] | 'free' {
  if (text === undefined || text === 'free') return 'free';
  const [, height, width = height] = /^([1-9]\d{0,4})(?:[x×]([1-9]\d{0,4}))?$/.exec(text) ?? [];
  if (height !== undefined) return [Number(height), Number(width)];
  throw new UserError(
    `Cannot use --size "${text}": pass one number of pixels, height and width such as 256x512, or free`,
  );
}
