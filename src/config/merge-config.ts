/** `Config` with any fields left out, at any depth. */
export type SomeOf<Config> = {
  readonly [Field in keyof Config]?: Config[Field] extends Record<string, unknown>
    ? SomeOf<Config[Field]>
    : Config[Field];
};

/** `config` with the fields that `overrides` gives, at any depth. */
export function merge(config: unknown, overrides: unknown): unknown {
  if (overrides === undefined) return config;
  if (!isGroup(config) || !isGroup(overrides)) return overrides;
  const merged: Record<string, unknown> = { ...config };
  for (const [field, value] of Object.entries(overrides)) merged[field] = merge(merged[field], value);
  return merged;
}

function isGroup(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
