import { UserError } from '../core/errors.ts';
import { DeviceError } from '../runtime/device-failure.ts';
import { translateFile } from '../translate/translate-file.ts';
import { openTranslator, type Translator } from '../translate/translator.ts';
import type { TranslationTask } from './models.ts';

let open: { readonly key: string; readonly translator: Translator } | null = null;

/**
 * Translates a picture as `translate` does. The model that was used last stays open. Throws what concerns all pictures.
 * @returns why this picture can't be translated; undefined: it is.
 */
export async function translateTask({
  model,
  computing,
  options,
  ...job
}: TranslationTask): Promise<string | undefined> {
  const { side, size, tile, overlap } = options;
  const key = JSON.stringify([model, computing, tile, overlap]);
  if (open?.key !== key) {
    await open?.translator.close();
    open = null;
    open = { key, translator: await openTranslator(model, { ...computing, tile, overlap }) };
  }
  try {
    await translateFile(open.translator, job, { side, size });
    return undefined;
  } catch (error) {
    if (error instanceof UserError && !concernsAll(error)) return error.message;
    throw error;
  }
}

/** In our words and in libvips'. Other faults of a disk are found by the worker's checks, for which a full one may still have room. */
const fullDisk = /the disk is full|the disk quota is used up|No space left on device|Disk quota exceeded/;

/** Whether the device or a full disk is to blame, and not the picture. */
export function concernsAll(error: UserError): boolean {
  return error instanceof DeviceError || fullDisk.test(error.message);
}
