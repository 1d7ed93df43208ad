import { parseArgs } from 'node:util';
import type { Workload } from './contender.ts';

const names = ['size', 'filters', 'levels', 'batch', 'threads'] as const;

/** What a contender's process was asked to measure; see `workloadArguments`. */
export function readWorkload(): Workload & { readonly profile: string | undefined } {
  const options = Object.fromEntries([...names, 'profile'].map(name => [name, { type: 'string' }] as const));
  const { values } = parseArgs({ options });
  const numbers = Object.fromEntries(names.map(name => [name, Number(values[name])]));
  return { ...(numbers as unknown as Workload), profile: values.profile as string | undefined };
}
