import { writeFile } from 'node:fs/promises';
import { resolveConfig } from '../../src/config/resolve-config.ts';
import { metadataOf } from '../../src/export/description.ts';
import { generatorModel } from '../../src/export/generator-model.ts';
import { encodeModel } from '../../src/onnx/model.ts';
import { trainedValues } from './export-variants.ts';

/** Writes an exported model of two levels and few filters: the article's, so that it knows its reach. */
export async function writeTinyModel(path: string, filters = 1): Promise<void> {
  const { config } = resolveConfig({ preset: 'article', size: [64, 64], generator: { levels: 2, filters } });
  const made = generatorModel(config, trainedValues(config), { size: 'free', form: 'image' });
  await writeFile(path, encodeModel(made.model, metadataOf(made.description)));
}
