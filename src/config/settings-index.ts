import * as z from 'zod';
import { type RunConfig, runConfigSchema } from './config.ts';
import { merge, type SomeOf } from './merge-config.ts';
import { type SettingInfo, settingInfo } from './settings/declare.ts';

/** A setting of the run config, with all that follows from its declaration. */
export interface Setting extends SettingInfo {
  /** Where the run config holds it: `['loss', 'l1']`. */
  readonly path: readonly string[];
  /** How its flag's value is read. */
  readonly kind: 'text' | 'number' | 'size' | 'switch';
  /** Stands for the value in help; empty for a switch. */
  readonly hint: string;
  /** Its values, if it is an enumeration. */
  readonly choices: readonly string[];
  readonly nullable: boolean;
}

/** A setting that the command line has a flag for. */
export type FlagSetting = Setting & { readonly flag: string };

/** Every setting, in the order of the run config. */
export const settings: readonly Setting[] = settingsBelow(runConfigSchema, []);

/** Those with a flag. */
export const flagSettings = settings.filter((each): each is FlagSetting => each.flag !== null);

/** Preset `paper`: each setting as declared. */
export const defaultConfig = runConfigSchema.parse(valuesOf(settings.map(each => [each.path, each.default])));

/** What runs did before a setting existed. */
const olderDefaults = valuesOf(
  settings.filter(each => 'before' in each).map(each => [each.path, each.before]),
) as SomeOf<RunConfig>;

/** A saved config with the settings that its version did not have yet. */
export function completeConfig(saved: unknown): unknown {
  return merge(olderDefaults, saved);
}

/** `--batch-size` for ['batchSize']; the dotted path for a setting without a flag, or for none. */
export function fieldName(path: readonly PropertyKey[]): string {
  const flag = settings.find(each => each.path.every((field, i) => field === path[i]))?.flag;
  return flag ? `--${flag}` : path.map(String).join('.');
}

/** The setting at a dotted path. */
export function settingAt(path: string): Setting {
  const found = settings.find(each => each.path.join('.') === path);
  if (!found) throw new Error(`There is no setting "${path}"`);
  return found;
}

/** The value at a path of a config, or of a part of one. */
export function valueAt(config: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (group, field) => (group as Record<PropertyKey, unknown> | null | undefined)?.[field],
    config,
  );
}

/** Nested objects with a value at each path. */
export function valuesOf(entries: readonly (readonly [path: readonly string[], value: unknown])[]): object {
  const values: Record<string, unknown> = {};
  for (const [path, value] of entries) {
    let group = values;
    for (const field of path.slice(0, -1)) {
      group[field] ??= {};
      group = group[field] as Record<string, unknown>;
    }
    group[path.at(-1)!] = value;
  }
  return values;
}

function settingsBelow(type: z.ZodType, path: readonly string[]): Setting[] {
  if (type instanceof z.ZodObject) {
    return Object.entries(type.shape).flatMap(([field, inner]) =>
      settingsBelow(inner as z.ZodType, [...path, field]),
    );
  }
  const info = settingInfo.get(type);
  if (!info) throw new Error(`Field "${path.join('.')}" of the run config must be declared with setting()`);
  const nullable = type instanceof z.ZodNullable;
  const inner = nullable ? type.unwrap() : type;
  const choices = choicesOf(inner);
  const kind = kindOf(inner);
  const hint = info.hint ?? hintFor(kind, choices);
  return [{ ...info, path, kind, hint, choices, nullable }];
}

function choicesOf(type: unknown): readonly string[] {
  if (type instanceof z.ZodEnum) return type.options.map(String);
  return type instanceof z.ZodLiteral ? [...type.values].map(String) : [];
}

function kindOf(type: unknown): Setting['kind'] {
  if (type instanceof z.ZodBoolean) return 'switch';
  if (type instanceof z.ZodTuple) return 'size';
  return type instanceof z.ZodNumber || type instanceof z.ZodLiteral ? 'number' : 'text';
}

function hintFor(kind: Setting['kind'], choices: readonly string[]): string {
  if (kind === 'switch') return '';
  return choices.join('|') || 'N';
}
