import * as z from 'zod';

/** Where the command line's help, the studio's form and docs/settings.md list an option, in their order. */
export const optionGroups = [
  'Main',
  'Data',
  'Networks',
  'Losses',
  'Optimiser',
  'Schedule',
  'Augmentation',
  'Checkpoints',
  'Validation',
  'Output',
  'Device',
] as const;
export type OptionGroup = (typeof optionGroups)[number];

/**
 * Where a setting has an effect: another one, by its dotted path, has one of the listed values, is set (neither null
 * nor 0), or is above a third one. Of several paths one is enough.
 */
export type Condition = Readonly<Record<string, readonly string[] | 'set' | { readonly above: string }>>;

/** Everything about a setting but its type and its path in the run config. */
export interface SettingInfo<Value = unknown> {
  /** Its command-line flag, without dashes; null: only in config files and in the library. */
  readonly flag: string | null;
  /** Another setting's flag, which sets this one as well, unless its own flag is given. */
  readonly sharedFlag?: string;
  readonly group: OptionGroup;
  /** One line for the command line's help, the studio's form and the reference. */
  readonly help: string;
  /** What the values mean, for the reference and the JSON schema. */
  readonly details?: string;
  /** The placeholder of the value in help, such as `NAME` in `--preset NAME`, if it doesn't follow from the type. */
  readonly hint?: string;
  /** Its value in preset `paper`; other presets list what differs. */
  readonly default: Value;
  /** Its value in configs saved before it existed. Settings of the first version have none. */
  readonly before?: Value;
  /** All that is needed for it to have an effect. */
  readonly needs?: readonly Condition[];
  /** Whether help and form show it first. */
  readonly common?: boolean;
  /** Whether it may change when a run is resumed. */
  readonly resumable?: boolean;
}

export const settingInfo = z.registry<SettingInfo>();

/** Declares a setting: everything that the command line, the form, the reference and older configs need follows from it. */
export function setting<Type extends z.ZodType>(
  type: Type,
  info: SettingInfo<NoInfer<z.output<Type>>>,
): Type {
  const { help, details } = info;
  const described = type.describe(details === undefined ? help : `${help}. ${details}`);
  settingInfo.add(described, info);
  return described;
}

export const count = z.int().positive();
/** Pixels along a side. */
export const side = count.max(8192);
export const positive = z.number().positive();
export const weight = z.number().min(0);
export const fraction = z.number().min(0).max(1);
/** A fraction by whose rest, 1 − x, numbers are divided. */
export const below1 = z.number().min(0).lt(1);
