import type { RunConfig } from '../config/config.ts';
import { writeCheckpoint } from '../runs/checkpoint/write.ts';
import { writeConfig } from '../runs/run-config-file.ts';
import { createRunFolder, discardUnsavedRun } from '../runs/run-folder.ts';
import { type ImportedModel, readModel } from './read-model.ts';

export interface ImportOptions {
  /** The run folder to make. */
  readonly out: string;
  /** Replace a run that is there. */
  readonly force: boolean;
  /** What batch norms use when translating; null: as usual where the file comes from. */
  readonly statistics: RunConfig['generator']['inference']['statistics'] | null;
}

/**
 * Makes a run folder of a generator's weights from elsewhere; see {@link readModel} for what is understood.
 * Nothing is written before all of the file is read. Throws UserError.
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
    await writeCheckpoint(out, { manifest, model: model.tensors, memory: null });
  } catch (error) {
    await discardUnsavedRun(out);
    throw error;
  }
  return { ...model, config };
}

/** With the statistics wished for. */
function translatingBy(config: RunConfig, statistics: ImportOptions['statistics']): RunConfig {
  const { generator } = config;
  const inference = { ...generator.inference, ...(statistics && { statistics }) };
  return { ...config, generator: { ...generator, inference } };
}
