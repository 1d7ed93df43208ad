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
 * A run translates through the model that it would be exported as, with bytes in and out where it knows nothing finer.
 * That goes by way of a temporary file: handed over in memory, it would lie there three times.
 */
export async function openRun(path: string, device?: DeviceName): Promise<ImageModel> {
  const refuse = (error: unknown): never => {
    throw new UserError(
      `Cannot open model "${path}" by way of a temporary file in "${tmpdir()}": ${explainFileError(error)}; name another folder with TMPDIR`,
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
