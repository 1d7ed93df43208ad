import { translateFile } from '../translate/translate-file.ts';
import { openTranslator, type Translator } from '../translate/translator.ts';
import type { TranslationTask } from './models.ts';

let open: { readonly key: string; readonly translator: Translator } | null = null;

/** Translates a picture as `translate` does. The model that was used last stays open. */
export async function translateTask({ model, computing, options, ...job }: TranslationTask): Promise<void> {
  const { side, size, tile, overlap } = options;
  const key = JSON.stringify([model, computing, tile, overlap]);
  if (open?.key !== key) {
    await open?.translator.close();
    open = { key, translator: await openTranslator(model, { ...computing, tile, overlap }) };
  }
  await translateFile(open.translator, job, { side, size });
}
