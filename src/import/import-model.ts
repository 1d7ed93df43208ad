import type { RunConfig } from '../config/config.ts';
import { writeCheckpoint } from '../runs/checkpoint/write.ts';
import { createRunFolder, discardUnsavedRun, writeConfig } from '../runs/run-folder.ts';
import { type ImportedModel, readModel } from './read-model.ts';

export interface ImportOptions {
  /** The run folder to create. */
  readonly out: string;
  /** Replace an existing run. */
  readonly force: boolean;
  /** The statistics of batch norms when translating; null: those of the implementation that wrote the file. */
  readonly statistics: RunConfig['generator']['inference']['statistics'] | null;
}

/**
 * Creates a run folder from the weights of another implementation's generator; see {@link readModel} for the formats.
 * Nothing is written before the whole file has been read. Throws UserError.
 */
export async function importModel(
  path: string,
  { out, force, statistics }: ImportOptions,
): Promise<ImportedModel> {
  const model = await readModel(path);
  const config = translatingBy(model.config, statistics);
  await createRunFolder(out, { force });
  try {
    await writeConfig(out, config);
    const position = { epoch: 0, batch: 0, step: 0 };
    const manifest = { config, position, best: null, training: null };
    await writeCheckpoint(out, { manifest, model: model.tensors, optimizerState: null });
  } catch (error) {
    await discardUnsavedRun(out);
    throw error;
  }
  return { ...model, config };
}

/** The config with the requested statistics. */
function translatingBy(config: RunConfig, statistics: ImportOptions['statistics']): RunConfig {
  const { generator } = config;
  const inference = { ...generator.inference, ...(statistics && { statistics }) };
  return { ...config, generator: { ...generator, inference } };
}
