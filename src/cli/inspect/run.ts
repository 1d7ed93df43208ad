import type { RunConfig } from '../../train/config.ts';
import { readConfig } from '../../train/run-config-file.ts';
import { listWeights, type SavedWeights } from '../../train/saved-weights.ts';
import { readWeights } from '../../train/weights-file.ts';
import { formatNumberOf } from '../format.ts';

export interface RunReport {
  readonly kind: 'run';
  readonly folder: string;
  readonly config: RunConfig;
  readonly weights: readonly SavedWeights[];
  /** What the newest weights say about themselves. */
  readonly metadata: Readonly<Record<string, string>>;
}

export async function inspectRun(folder: string): Promise<RunReport> {
  const config = await readConfig(folder);
  const weights = await listWeights(folder);
  const newest = weights.at(-1);
  const metadata = newest ? (await readWeights(newest.path)).metadata : {};
  return { kind: 'run', folder, config, weights, metadata };
}

export function runLines({ folder, config, weights, metadata }: RunReport): string[] {
  const { generator, discriminator } = config;
  return [
    `Run "${folder}"`,
    `  preset "${config.preset}", ${config.direction}, ${config.size.join('×')}, ${progress(config, metadata)}`,
    `  generator "${generator.architecture}": ${formatNumberOf(generator.filters, 'filter')}, ${generator.levels} levels`,
    `  discriminator "${discriminator.architecture}": ${formatNumberOf(discriminator.filters, 'filter')}`,
    ...(weights.length === 0 ? ['  no weights yet'] : weights.map(({ path }) => `  weights ${path}`)),
  ];
}

/** The epoch in the metadata is counted from 0, as the log counts. */
function progress({ epochs }: RunConfig, { epoch, step }: Readonly<Record<string, string>>): string {
  if (epoch === undefined || step === undefined) return formatNumberOf(epochs, 'epoch');
  return `saved in epoch ${epoch} of 0–${epochs - 1} after ${formatNumberOf(Number(step), 'step')}`;
}
