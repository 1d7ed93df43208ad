import type { ArgDef, ArgsDef } from 'citty';
import type { ConfigOverrides } from '../../config/resolve-config.ts';
import { flagPaths, type RunFlag } from '../../config/run-flags.ts';
import { UserError } from '../../core/errors.ts';

/** The run config's flags as citty wants them. */
export const runOptions: ArgsDef = Object.fromEntries(flagPaths().map(([flag]) => [flag.name, option(flag)]));

function option({ kind, hint, about }: RunFlag): ArgDef {
  if (kind === 'switch') return { type: 'boolean', description: about };
  return { type: 'string', valueHint: hint, description: about };
}

/** The fields that were given as flags; values are checked later, with the whole config. */
export function overridesFrom(args: Readonly<Record<string, unknown>>): ConfigOverrides {
  const overrides: Record<string, unknown> = {};
  for (const [flag, path] of flagPaths()) {
    const value = args[flag.name];
    if (value !== undefined) setAt(overrides, path, parseFlag(flag, value));
  }
  return overrides as ConfigOverrides;
}

function setAt(target: Record<string, unknown>, path: readonly string[], value: unknown): void {
  const [field, ...rest] = path;
  if (rest.length === 0) {
    target[field!] = value;
    return;
  }
  target[field!] ??= {};
  setAt(target[field!] as Record<string, unknown>, rest, value);
}

function parseFlag({ kind, name }: RunFlag, value: unknown): unknown {
  if (kind === 'number') return parseNumber(name, String(value));
  if (kind === 'size') return parseSize(name, String(value));
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
