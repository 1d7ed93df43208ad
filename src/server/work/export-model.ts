import { writeOnnx } from '../../export/onnx-file.ts';
import { exists } from '../../files/folder.ts';

/** Writes a checkpoint's generator for pictures of any size, in which browsers and others run it; once. */
export async function exportModel({
  model,
  path,
}: {
  readonly model: string;
  readonly path: string;
}): Promise<void> {
  if (!(await exists(path))) await writeOnnx(model, path, { size: 'free', form: 'image' });
}
