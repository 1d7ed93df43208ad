import { type ConfigOverrides, type ResolvedConfig, resolveConfig } from '../config/resolve-config.ts';
import { fieldName } from '../config/run-flags.ts';
import { UserError } from '../core/errors.ts';
import { isRunFolder, readRun } from '../runs/run-config-file.ts';
import type { TrainRequest } from './request.ts';

/** What may differ when a run goes on, as paths of the config; everything else makes another run of it. */
const changeable = [
  ['epochs'],
  ['steps'],
  ['minutes'],
  ['precision'],
  ['optimizer', 'learningRate'],
  ['optimizer', 'discriminatorLearningRate'],
  ['optimizer', 'clipNorm'],
  ['schedule'],
  ['checkpoints'],
  ['guard'],
  ['validation', 'patience'],
];

export interface ResumedRun {
  readonly request: TrainRequest;
  /** What had to change with the changes that were asked for, a sentence each. */
  readonly notes: readonly string[];
}

/**
 * The request that goes on with a run, from nothing but its folder.
 * @param changes other limits, rates and schedules than before; other fields are refused.
 * @param data where the pairs are now, if they were moved.
 * Throws {@link UserError} where there is no run, or a change is impossible.
 */
export async function resumeRequest(
  runFolder: string,
  changes: ConfigOverrides = {},
  data?: string,
): Promise<ResumedRun> {
  if (!(await isRunFolder(runFolder))) {
    throw new UserError(`Cannot resume "${runFolder}": no run was ever started there; pass a run folder`);
  }
  const saved = await readRun(runFolder);
  refuseChanges(runFolder, changes, saved.config);
  const { config, notes }: ResolvedConfig = resolveConfig(changes, saved.config);
  const folder = data ?? saved.source?.data ?? missingData(runFolder);
  const { skipBad = false, from } = saved.source ?? {};
  return { request: { runFolder, config, data: folder, skipBad, from, resume: true }, notes };
}

function refuseChanges(runFolder: string, changes: object, config: object): void {
  for (const [path, value] of leavesOf(changes)) {
    const same = JSON.stringify(value) === JSON.stringify(valueAt(config, path));
    if (same || changeable.some(allowed => allowed.every((field, i) => field === path[i]))) continue;
    throw new UserError(
      `Cannot change ${fieldName(path)} of "${runFolder}" while resuming it; leave it out, or start a new run from its weights with --from ${runFolder}`,
    );
  }
}

function leavesOf(group: object, path: readonly string[] = []): [path: string[], value: unknown][] {
  return Object.entries(group).flatMap(([field, value]): [string[], unknown][] => {
    const here = [...path, field];
    if (value === undefined) return [];
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? leavesOf(value, here)
      : [[here, value]];
  });
}

function valueAt(config: object, path: readonly string[]): unknown {
  return path.reduce<unknown>((value, field) => (value as Record<string, unknown>)[field], config);
}

function missingData(runFolder: string): never {
  throw new UserError(
    `Cannot resume "${runFolder}": nobody knows its data; pass the folder of pairs as DATA`,
  );
}
