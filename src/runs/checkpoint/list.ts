import { readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { checkpointName } from './layout.ts';
import type { Best } from './manifest.ts';

/** A checkpoint of a run, after `step` steps. */
export interface CheckpointEntry {
  readonly path: string;
  readonly step: number;
}

/** The folder of a run's checkpoints. */
export function checkpointsFolder(runFolder: string): string {
  return join(runFolder, 'checkpoints');
}

/** The path of a run's checkpoint after `step` steps. */
export function checkpointPath(runFolder: string, step: number): string {
  return join(checkpointsFolder(runFolder), checkpointName(step));
}

/** A run's checkpoints, oldest first. */
export async function listCheckpoints(runFolder: string): Promise<CheckpointEntry[]> {
  const folder = checkpointsFolder(runFolder);
  const names = await readdir(folder).catch(() => []);
  const found = names.flatMap(name => {
    const step = /^step-(\d+)$/.exec(name)?.[1];
    return step ? [{ path: join(folder, name), step: Number(step) }] : [];
  });
  return found.sort((a, b) => a.step - b.step);
}

/**
 * Removes all of a run's checkpoints but the newest `keep`, the best one, and the newest one up to step `soundStep`.
 */
export async function pruneCheckpoints(
  runFolder: string,
  keep: number,
  best: Best | null,
  soundStep: number,
): Promise<void> {
  const all = await listCheckpoints(runFolder);
  const sound = all.findLast(({ step }) => step <= soundStep);
  for (const entry of all.slice(0, -keep)) {
    if (entry.step !== best?.step && entry !== sound) await removeCheckpoint(entry.path);
  }
}

/** Removes a checkpoint. It is renamed first, so that other processes never see half of it. */
export async function removeCheckpoint(path: string): Promise<void> {
  const aside = join(path, '..', `.removing-${process.pid}`);
  await rm(aside, { recursive: true, force: true });
  await rename(path, aside);
  await rm(aside, { recursive: true, force: true });
}

/** Removes incomplete checkpoints of a killed training process. */
export async function sweepCheckpoints(runFolder: string): Promise<void> {
  const folder = checkpointsFolder(runFolder);
  for (const name of await readdir(folder).catch(() => [])) {
    if (/^\.(writing|removing)-\d+$/.test(name))
      await rm(join(folder, name), { recursive: true, force: true });
  }
}
