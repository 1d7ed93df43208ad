import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { UserError } from '../core/errors.ts';
import { exists, isFolder } from '../files/folder.ts';
import { isCheckpoint } from '../runs/checkpoint/read.ts';
import { isRunFolder } from '../runs/run-folder.ts';

/**
 * The trained models that come with the package: coloured drawings to 3D emoji, label maps to facades. The folder of each
 * holds what `export --format web` writes, without pages and ONNX Runtime. recipes/included-models.md made them.
 */
export const includedModels = ['emoji', 'facades'] as const;

export type IncludedModel = (typeof includedModels)[number];

/** The same path from `src/export` and `dist/export`. */
const models = fileURLToPath(new URL('../../assets/models/', import.meta.url));

/** The folder of an included model, with its `model.json`. */
export function includedModelFolder(name: IncludedModel): string {
  return join(models, name);
}

/**
 * The path of the model that a user names: a path, or the name of an included model. A model at that path wins over a
 * name. Throws {@link UserError} if there is neither.
 */
export async function modelPath(model: string): Promise<string> {
  const name = includedModels.find(each => each === model);
  if (name !== undefined && !(await holdsModel(model))) return join(includedModelFolder(name), 'model.onnx');
  if (await exists(model)) return model;
  throw new UserError(
    `Cannot open model "${model}": it does not exist; pass a run folder such as "runs/demo", an exported .onnx file, ` +
      `or an included model: ${includedModels.join(', ')}`,
  );
}

/** Whether there is a file, a run or a checkpoint. The folder of a data set may have a model's name. */
async function holdsModel(path: string): Promise<boolean> {
  if (!(await isFolder(path))) return exists(path);
  return (await isRunFolder(path)) || isCheckpoint(path);
}
