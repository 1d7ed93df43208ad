import { dirname } from 'node:path';
import type { RunConfig } from '../config/config.ts';
import { type ConfigOverrides, type ResolvedConfig, resolveConfig } from '../config/resolve-config.ts';
import { fieldName, settings, valueAt } from '../config/settings-index.ts';
import { UserError } from '../core/errors.ts';
import { exists } from '../files/folder.ts';
import { isCheckpoint } from '../runs/checkpoint/read.ts';
import { isRunFolder, readRun } from '../runs/run-folder.ts';
import type { TrainRequest } from './request.ts';

export interface ResumedRun {
  readonly request: TrainRequest;
  /** What else had to change because of the changes, one sentence each. */
  readonly notes: readonly string[];
}

/**
 * The request that resumes a run, read from its folder.
 * @param changes new limits, rates and schedules; other settings are refused.
 * @param data where the pairs are now, if they were moved.
 * Throws {@link UserError} if there is no run, or a change is impossible.
 */
export async function resumeRequest(
  runFolder: string,
  changes: ConfigOverrides = {},
  data?: string,
): Promise<ResumedRun> {
  if (!(await isRunFolder(runFolder))) {
    throw new UserError(`Cannot resume "${runFolder}": ${await whyNoRun(runFolder)}`);
  }
  const saved = await readRun(runFolder);
  refuseChanges(runFolder, changes, saved.config);
  const { config, notes }: ResolvedConfig = resolveConfig(changes, saved.config);
  const folder = data ?? saved.source?.data ?? missingData(runFolder);
  const { skipBad = false, from } = saved.source ?? {};
  return { request: { runFolder, config, data: folder, skipBad, from, resume: true }, notes };
}

async function whyNoRun(path: string): Promise<string> {
  if (!(await exists(path))) return 'it does not exist; pass the folder of a run, such as runs/demo';
  if (await isCheckpoint(path)) return `it is a checkpoint; pass its run folder, "${dirname(dirname(path))}"`;
  return 'it has no config.json; pass the folder of a run, such as runs/demo';
}

/** Only settings declared as resumable may differ; with other changes it would not be the same run. */
function refuseChanges(runFolder: string, changes: ConfigOverrides, config: RunConfig): void {
  for (const { path, resumable } of settings) {
    const [value, saved] = [valueAt(changes, path), valueAt(config, path)];
    if (value === undefined || resumable) continue;
    if (JSON.stringify(value) === JSON.stringify(saved)) continue;
    throw new UserError(
      `Cannot change ${fieldName(path)} of "${runFolder}" from ${show(saved)} to ${show(value)} while resuming it; leave it out, or start a new run from its weights with --from ${runFolder}`,
    );
  }
}

function show(value: unknown): string {
  return Array.isArray(value) ? value.join('×') : JSON.stringify(value);
}

function missingData(runFolder: string): never {
  throw new UserError(
    `Cannot resume "${runFolder}": its config does not name the data; pass the folder of pairs as DATA`,
  );
}
