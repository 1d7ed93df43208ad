import type { RunConfig } from '../../config/config.ts';
import type { Best, Position } from '../../runs/checkpoint/manifest.ts';
import { type CheckpointEntry, listCheckpoints, readManifest } from '../../runs/checkpoint/read.ts';
import { readConfig } from '../../runs/run-folder.ts';
import { formatNumberOf } from '../format.ts';

export interface RunReport {
  readonly kind: 'run';
  readonly folder: string;
  readonly config: RunConfig;
  readonly checkpoints: readonly CheckpointEntry[];
  /** The position of the newest checkpoint; null if there is none. */
  readonly position: Position | null;
  readonly best: Best | null;
}

export async function inspectRun(folder: string): Promise<RunReport> {
  const config = await readConfig(folder);
  const checkpoints = await listCheckpoints(folder);
  const newest = checkpoints.at(-1);
  const manifest = newest && (await readManifest(newest.path));
  const { position = null, best = null } = manifest ?? {};
  return { kind: 'run', folder, config, checkpoints, position, best };
}

export function runLines({ folder, config, checkpoints, position, best }: RunReport): string[] {
  const { generator, discriminator } = config;
  return [
    `Run "${folder}"`,
    `  preset "${config.preset}", ${config.direction}, ${config.size.join('×')}, ${progress(config, position)}`,
    `  generator "${generator.architecture}": ${formatNumberOf(generator.filters, 'filter')}, ${generator.levels} levels`,
    `  discriminator "${discriminator.architecture}": ${formatNumberOf(discriminator.filters, 'filter')}`,
    ...(checkpoints.length === 0 ? ['  no checkpoint yet'] : checkpoints.map(entry => line(entry, best))),
  ];
}

function progress({ epochs }: RunConfig, position: Position | null): string {
  if (!position) return formatNumberOf(epochs, 'epoch');
  const { epoch, step } = position;
  return `${epoch} of ${formatNumberOf(epochs, 'epoch')} done, ${formatNumberOf(step, 'step')}`;
}

function line({ path, step }: CheckpointEntry, best: Best | null): string {
  return `  checkpoint ${path}${step === best?.step ? `, the best by ${best.metric}: ${best.value}` : ''}`;
}
