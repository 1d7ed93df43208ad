import { writeFile } from '../data/write-file.ts';
import { encodeModel } from '../onnx/model.ts';
import { openModel } from '../train/model-files.ts';
import type { ModelDescription } from './description.ts';
import { generatorModel, type ModelOptions } from './generator-model.ts';

/** An encoded ONNX model that says how to feed it. */
export interface OnnxModel {
  readonly bytes: Uint8Array;
  readonly description: ModelDescription;
}

/** The generator of a run or one of its checkpoints as an ONNX model. Throws UserError where there is no usable model. */
export async function exportGenerator(path: string, options: ModelOptions): Promise<OnnxModel> {
  const { config, tensors } = await openModel(path);
  const values = Object.fromEntries([...tensors].map(([name, { data }]) => [name, data]));
  const { model, description } = generatorModel(config, values, options);
  return { bytes: encodeModel(model), description };
}

/** What was written. */
export interface ExportedFile {
  readonly path: string;
  readonly bytes: number;
  readonly description: ModelDescription;
}

/** Writes the generator as one file, whole or not at all. Throws UserError where the disk refuses. */
export async function writeOnnx(run: string, path: string, options: ModelOptions): Promise<ExportedFile> {
  const { bytes, description } = await exportGenerator(run, options);
  await writeFile(path, bytes);
  return { path, bytes: bytes.length, description };
}
