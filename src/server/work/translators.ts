import { openTranslator, type Translator } from '../../translate/translator.ts';

const kept = 2;
const open = new Map<string, Promise<Translator>>();

/** The translator of a weights file. The last two stay open; weights files never change. */
export async function translatorOf(weights: string): Promise<Translator> {
  const translator = open.get(weights) ?? openTranslator(weights);
  open.delete(weights);
  open.set(weights, translator);
  for (const [other, opened] of [...open].slice(0, -kept)) {
    open.delete(other);
    await (await opened.catch(() => undefined))?.close();
  }
  try {
    return await translator;
  } catch (error) {
    open.delete(weights);
    throw error;
  }
}
