import { openTranslator, type Translator } from '../../translate/translator.ts';

const kept = 2;
const open = new Map<string, Promise<Translator>>();

/** The translator of a checkpoint. The last two stay open; checkpoints never change. */
export async function translatorOf(model: string): Promise<Translator> {
  const translator = open.get(model) ?? openTranslator(model);
  open.delete(model);
  open.set(model, translator);
  for (const [other, opened] of [...open].slice(0, -kept)) {
    open.delete(other);
    await (await opened.catch(() => undefined))?.close();
  }
  try {
    return await translator;
  } catch (error) {
    open.delete(model);
    throw error;
  }
}
