import { parseArgs } from 'node:util';
import type { Workload } from './contender.ts';

const names = ['size', 'filters', 'levels', 'batch', 'threads'] as const;

/** The workload from a contender process's arguments; see `workloadArguments`. */
export function readWorkload(): Workload & { readonly profile: string | undefined } {
  const options = Object.fromEntries(
    [...names, 'preset', 'device', 'forms', 'profile'].map(name => [name, { type: 'string' }] as const),
  );
  const { values } = parseArgs({ options });
  const numbers = Object.fromEntries(names.map(name => [name, Number(values[name])]));
  const { preset, device, forms, profile } = values as Pick<Workload, 'preset' | 'device' | 'forms'> & {
    profile?: string;
  };
  return { ...(numbers as Record<(typeof names)[number], number>), preset, device, forms, profile };
}
