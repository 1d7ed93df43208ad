import type { RunConfig } from '../../config/config.ts';
import type { ConfigOverrides } from '../../config/resolve-config.ts';
import { type FlagSetting, flagSettings, valueAt, valuesOf } from '../../config/settings-index.ts';
import { fullPrecision } from '../../lower/emitter.ts';
import type { Option, Options } from './command.ts';
import { parseNumber, parseSize } from './parse.ts';

/** The run config's flags with their place in the help, which shows a preset's values. */
export function runOptions(preset: RunConfig): Options {
  return Object.fromEntries(flagSettings.map(each => [each.flag, option(each, valueAt(preset, each.path))]));
}

function option(
  { kind, hint, help, group, sharedFlag, common = false }: FlagSetting,
  value: unknown,
): Option {
  const description = sharedFlag === undefined ? help : `${help}; also set by --${sharedFlag}`;
  const shared = { description, group, rare: !common, standard: shown(value) };
  return kind === 'switch' ? { type: 'boolean', ...shared } : { type: 'string', valueHint: hint, ...shared };
}

/** A value as it would be typed; undefined for none. */
function shown(value: unknown): string | undefined {
  if (value === null) return undefined;
  if (typeof value === 'boolean') return value ? 'on' : 'off';
  if (typeof value === 'number') return String(Number(value.toPrecision(4)));
  return Array.isArray(value) ? [...new Set(value)].join('x') : String(value);
}

/** The fields that were given as flags; values are checked later, with the whole config. */
export function overridesFrom(args: Readonly<Record<string, unknown>>): ConfigOverrides {
  const given = flagSettings.flatMap(setting => {
    const flag = [setting.flag, setting.sharedFlag ?? []].flat().find(name => args[name] !== undefined);
    return flag === undefined ? [] : [[setting.path, parseFlag(setting, flag, args[flag])] as const];
  });
  return valuesOf(given);
}

function parseFlag({ kind, nullable }: FlagSetting, flag: string, value: unknown): unknown {
  if (nullable && value === 'none') return null;
  if (kind === 'number') return parseNumber(flag, String(value));
  if (kind === 'size') return parseSize(flag, String(value));
  return flag === 'precision' ? fullPrecision(value) : value;
}
