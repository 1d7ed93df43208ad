import type { RunConfig } from './config.ts';
import type { SomeOf } from './merge-config.ts';
import type { Condition } from './settings/declare.ts';
import { fieldName, settingAt, settings, valueAt } from './settings-index.ts';

/** A sentence for each setting in `overrides` that has no effect on a run of `config`. */
export function idleSettings(overrides: SomeOf<RunConfig>, config: RunConfig): string[] {
  return settings
    .filter(({ path }) => (valueAt(overrides, path) ?? null) !== null)
    .flatMap(({ path, needs = [] }) => {
      const unmet = needs.find(condition => !holds(condition, config));
      return unmet ? [`${fieldName(path)} has no effect: it needs ${describeCondition(unmet)}`] : [];
    });
}

/** `--schedule step or plateau`, for messages and the reference. */
export function describeCondition(condition: Condition): string {
  return Object.entries(condition)
    .map(([path, wanted]) => {
      const setting = settingAt(path);
      const name = fieldName(setting.path);
      if (wanted === 'set') return setting.kind === 'number' && !setting.nullable ? `${name} above 0` : name;
      if ('above' in wanted) return `${name} above ${fieldName(settingAt(wanted.above).path)}`;
      return `${name} ${wanted.join(' or ')}`;
    })
    .join(' or ');
}

function holds(condition: Condition, config: RunConfig): boolean {
  return Object.entries(condition).some(([path, wanted]) => {
    const value = valueAt(config, settingAt(path).path);
    if (wanted === 'set') return Boolean(value);
    if ('above' in wanted) return Number(value) > Number(valueAt(config, settingAt(wanted.above).path));
    return wanted.includes(String(value));
  });
}
