import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { UserError } from '../core/errors.ts';
import { cannotWrite } from '../files/file-error.ts';
import { makeFolder } from '../files/folder.ts';
import { writeAtomically } from '../files/write.ts';
import { modelPieces } from '../onnx/model.ts';
import { openFiniteModel, type SavedModel } from '../runs/model-files.ts';
import { isRunFolder, readRun } from '../runs/run-folder.ts';
import { calibrationPictures } from './calibration-pictures.ts';
import { type ModelDescription, metadataOf, type Precision } from './description.ts';
import {
  cannotExportIds,
  type GeneratorModel,
  generatorModel,
  has16BitIds,
  type ModelOptions,
} from './generator-model.ts';
import { measurePower } from './precision/calibrate.ts';
import { halvePrecision } from './precision/float16.ts';
import { quantizeKernels } from './precision/int8.ts';

/** An ONNX model that contains its description. */
export interface OnnxModel {
  /** The file's content: these pieces in order. */
  readonly pieces: readonly Uint8Array[];
  readonly description: ModelDescription;
}

export interface ExportOptions extends ModelOptions {
  /** Default: float32. */
  readonly precision?: Precision | undefined;
  /** Folder of image pairs for int8 calibration. */
  readonly data?: string | undefined;
}

/** A trained generator as an ONNX model. Throws UserError for int8 without pictures for calibration. */
export async function exportGenerator(saved: SavedModel, options: ExportOptions): Promise<OnnxModel> {
  const values = Object.fromEntries([...saved.tensors].map(([name, { data }]) => [name, data]));
  const made = generatorModel(saved.config, values, options);
  const { precision = 'float32' } = options;
  await convert[precision](made, saved, options);
  const description = { ...made.description, precision };
  return { pieces: modelPieces(made.model, metadataOf(description)), description };
}

type Convert = (made: GeneratorModel, saved: SavedModel, options: ExportOptions) => unknown;

const convert: Readonly<Record<Precision, Convert>> = {
  float32: () => {},
  float16: ({ model }, { config }) => {
    if (has16BitIds(config)) throw cannotExportIds('as float16', 'about 2,000', 'as float32 or int8');
    halvePrecision(model);
  },
  int8: async ({ model, description }, { path, config }, { size, data }) => {
    if (data === undefined)
      throw withoutPictures(path, 'its training data is unknown; pass some pairs with --data');
    const pictures = calibrationPictures(data, config, size === 'free' ? config.size : size);
    const power = await measurePower(model, description, pictures);
    if (power.size === 0)
      throw withoutPictures(path, `no pair of "${data}" can be read; pass others with --data`);
    quantizeKernels(model, power);
  },
};

function withoutPictures(path: string, reason: string): UserError {
  return new UserError(`Cannot export "${path}" as int8: ${reason}`);
}

/** The file that was written. */
export interface ExportedFile {
  readonly path: string;
  readonly bytes: number;
  readonly description: ModelDescription;
}

/**
 * Writes the generator of a run or one of its checkpoints as one file, atomically. int8 is calibrated with the run's
 * own pairs unless `data` names others. Throws UserError if there is no usable model or the disk refuses.
 */
export async function writeOnnx(run: string, path: string, options: ExportOptions): Promise<ExportedFile> {
  const data = options.data ?? (await dataOf(run));
  const model = await exportGenerator(await openFiniteModel(run), { ...options, data });
  return { path, bytes: await writeModel(path, model), description: model.description };
}

/** Writes a model's file atomically; returns its size in bytes. Throws UserError if the disk refuses. */
export async function writeModel(path: string, { pieces }: OnnxModel): Promise<number> {
  await makeFolder(dirname(path));
  try {
    await writeAtomically(path, pieces);
    return (await stat(path)).size;
  } catch (error) {
    throw cannotWrite(path, error);
  }
}

/** The data set that a run was trained on, if known. */
export async function dataOf(path: string): Promise<string | undefined> {
  return (await isRunFolder(path)) ? (await readRun(path)).source?.data : undefined;
}
