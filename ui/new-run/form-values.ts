import type { Direction } from '../../src/core/image-pair.ts';
import type { PresetList } from '../../src/server/api.ts';

export type FormField = PresetList['fields'][number];

/** What was typed, by flag; a field left alone is not there. */
export type Values = Readonly<Record<string, string>>;

/** A JSON Schema's node, as far as forms care. */
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

/** Flags that the page has a control of its own for. */
const ownControls = ['preset', 'direction'];

/** The fields of the form. */
export function formFields({ fields }: PresetList): FormField[] {
  return fields.filter(({ flag }) => !ownControls.includes(flag));
}

/** What the schema says of a field. A nullable field's `anyOf` is looked through. */
export function schemaAt({ schema }: PresetList, path: readonly string[]): Schema {
  const node = path.reduce<Schema | undefined>((at, key) => at?.properties?.[key], schema as Schema);
  const inner = node?.anyOf?.find(({ type }) => type !== 'null');
  return { ...node, ...inner };
}

/** The values that a field may have, where they are few. */
export function choicesOf(presets: PresetList, { path }: FormField): readonly string[] {
  return (schemaAt(presets, path).enum ?? []).map(String);
}

/** A field's value in a preset, as it would be typed; nothing for null. */
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

/** What can't be parsed goes as it is: the server says what is wrong with it. */
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
