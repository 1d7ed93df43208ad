import type { Direction } from '../../src/core/image-pair.ts';
import type { PresetList } from '../../src/server/api.ts';

export type FormField = PresetList['fields'][number];

/** The texts that were entered, by flag; untouched fields are missing. */
export type Values = Readonly<Record<string, string>>;

/** The parts of a JSON Schema node that forms use. */
interface Schema {
  readonly enum?: readonly unknown[];
  readonly minimum?: number;
  readonly exclusiveMinimum?: number;
  readonly maximum?: number;
  readonly type?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly anyOf?: readonly Schema[];
  readonly description?: string;
}

/** Flags that have a separate control on the page. */
const ownControls = ['preset', 'direction'];

/** The fields of the form. */
export function formFields({ fields }: PresetList): FormField[] {
  return fields.filter(({ flag }) => !ownControls.includes(flag));
}

/** A field's schema; for a nullable field, that of its other values. */
export function schemaAt({ schema }: PresetList, path: readonly string[]): Schema {
  const node = path.reduce<Schema | undefined>((at, key) => at?.properties?.[key], schema as Schema);
  const inner = node?.anyOf?.find(({ type }) => type !== 'null');
  return { ...node, ...inner };
}

/** The values of a field that has an enumeration. */
export function choicesOf(presets: PresetList, { path }: FormField): readonly string[] {
  return (schemaAt(presets, path).enum ?? []).map(String);
}

/** A field's value in a preset, as text; empty for null. */
export function presetValue(presets: PresetList, preset: string, { path }: FormField): string {
  const value = path.reduce<unknown>(
    (at, key) => (at as Record<string, unknown> | undefined)?.[key],
    presets.presets[preset],
  );
  if (Array.isArray(value)) return value[0] === value[1] ? String(value[0]) : value.join('x');
  return value === null || value === undefined ? '' : String(value);
}

/** The request's config: preset, direction, and what differs. One flag may set several fields. */
export function configFrom(
  presets: PresetList,
  preset: string,
  direction: Direction,
  values: Values,
): Record<string, unknown> {
  const config: Record<string, unknown> = { preset, direction };
  for (const field of presets.fields) {
    const text = values[field.flag]?.trim() || values[field.sharedFlag ?? '']?.trim();
    if (text) setAt(config, field.path, parse(field.kind, text));
  }
  return config;
}

/** Text that can't be parsed is sent unchanged: the server explains what is wrong with it. */
function parse(kind: FormField['kind'], text: string): unknown {
  if (kind === 'switch') return text === 'true';
  if (kind === 'number') return Number.isFinite(Number(text)) ? Number(text) : text;
  if (kind !== 'size') return text;
  const sides = text.split(/[x×]/i).map(Number);
  return [sides[0], sides[1] ?? sides[0]];
}

function setAt(target: Record<string, unknown>, [key, ...rest]: readonly string[], value: unknown): void {
  if (rest.length === 0) {
    target[key!] = value;
    return;
  }
  target[key!] ??= {};
  setAt(target[key!] as Record<string, unknown>, rest, value);
}
