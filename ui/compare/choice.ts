import { formatCount, pathOf } from '../parts/format.ts';
import type { ModelChoice } from '../parts/model-picker.tsx';

/** For people. */
export function nameOf({ run, step }: ModelChoice): string {
  return step === null ? pathOf(run) : `${pathOf(run)}, step ${formatCount(step)}`;
}

/** For addresses: `demo~model@400`, without @ for the newest. */
export function formatChoice({ run, step }: ModelChoice): string {
  return step === null ? run : `${run}@${step}`;
}

/** The inverse of {@link formatChoice}. */
export function parseChoice(text: string): ModelChoice {
  const [, run = text, step] = /^(.*)@(\d+)$/.exec(text) ?? [];
  return { run, step: step === undefined ? null : Number(step) };
}
