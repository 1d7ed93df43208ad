import type { ArgDef, ArgsDef } from 'citty';
import type { ConfigOverrides } from '../../config/resolve-config.ts';
import { type FlagSetting, flagSettings, valuesOf } from '../../config/settings.ts';
import { UserError } from '../../core/errors.ts';

/** The run config's flags as citty wants them. */
export const runOptions: ArgsDef = Object.fromEntries(flagSettings.map(each => [each.flag, option(each)]));

function option({ kind, hint, help }: FlagSetting): ArgDef {
  if (kind === 'switch') return { type: 'boolean', description: help };
  return { type: 'string', valueHint: hint, description: help };
}

/** The fields that were given as flags; values are checked later, with the whole config. */
export function overridesFrom(args: Readonly<Record<string, unknown>>): ConfigOverrides {
  const given = flagSettings.filter(({ flag }) => args[flag] !== undefined);
  return valuesOf(given.map(each => [each.path, parseFlag(each, args[each.flag])]));
}

function parseFlag({ kind, flag }: FlagSetting, value: unknown): unknown {
  if (kind === 'number') return parseNumber(flag, String(value));
  if (kind === 'size') return parseSize(flag, String(value));
  return value;
}

/** Throws {@link UserError} that names the flag where `text` is no number. */
export function parseNumber(name: string, text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && Number.isFinite(value)) return value;
  throw new UserError(`Cannot use --${name} "${text}": it is not a number`);
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
