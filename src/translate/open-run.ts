import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UserError } from '../core/errors.ts';
import type { ModelDescription } from '../export/description.ts';
import { type ImageModel, openImageModel } from '../export/image-model.ts';
import { exportGenerator } from '../export/onnx-file.ts';
import { explainFileError } from '../files/file-error.ts';
import { openModel } from '../runs/model-files.ts';
import { collectGarbage } from '../runtime/collect-garbage.ts';
import type { DeviceName } from '../runtime/device.ts';

/**
 * Opens a run's generator for translating, by exporting it; with 8-bit images in and out unless it was trained on finer
 * ones. The model goes through a temporary file: in memory it would exist three times.
 */
export async function openRun(path: string, device?: DeviceName): Promise<ImageModel> {
  const refuse = (error: unknown): never => {
    throw new UserError(
      `Cannot open model "${path}" through a temporary file in "${tmpdir()}": ${explainFileError(error)}; set TMPDIR to another folder`,
    );
  };
  const folder = await mkdtemp(join(tmpdir(), 'pix2pix-')).catch(refuse);
  try {
    const file = join(folder, 'model.onnx');
    const description = await writeModelOf(path, file, refuse);
    collectGarbage();
    return await openImageModel(file, description, device);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function writeModelOf(
  path: string,
  file: string,
  refuse: (error: unknown) => never,
): Promise<ModelDescription> {
  const saved = await openModel(path);
  const { depth } = saved.config;
  const form = depth.condition === 8 && depth.target === 8 ? 'image' : 'tensors';
  const countsBroken = form === 'image';
  const { pieces, description } = await exportGenerator(saved, { size: 'free', form, countsBroken });
  await writeFile(file, pieces).catch(refuse);
  return description;
}
