import type { RunConfig } from '../../src/config/config.ts';

/** The settings of a run, collapsed. */
export function ConfigView({ config }: { readonly config: RunConfig }) {
  const entries = Object.entries(config);
  const groups = entries.filter(([, value]) => isGroup(value)) as [string, object][];
  return (
    <details class="panel config">
      <summary>
        <h2>Settings</h2>
      </summary>
      <div class="config-groups">
        <Group title="run" values={Object.fromEntries(entries.filter(([, value]) => !isGroup(value)))} />
        {groups.map(([title, values]) => (
          <Group key={title} title={title} values={values} />
        ))}
      </div>
    </details>
  );
}

function Group({ title, values }: { readonly title: string; readonly values: object }) {
  return (
    <section>
      <h3>{title}</h3>
      <dl>
        {flat(values).map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd class="mono">{value}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

function flat(values: object, prefix = ''): [string, string][] {
  return Object.entries(values).flatMap(([name, value]): [string, string][] =>
    isGroup(value) ? flat(value, `${prefix}${name}.`) : [[prefix + name, show(value)]],
  );
}

function show(value: unknown): string {
  if (value === null) return '–';
  return Array.isArray(value) ? value.join(' × ') : String(value);
}

function isGroup(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
