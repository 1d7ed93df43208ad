import { decodeImage } from '../data/decode.ts';
import { type Half, halfOf } from '../data/square-photo.ts';
import { writePng } from '../data/write-file.ts';
import type { Translator } from '../translate/translator.ts';
import type { TranslationJob } from './plan-outputs.ts';

/** Reads a picture, or the given half of it, translates it and writes the result as PNG. */
export async function translateFile(
  translator: Pick<Translator, 'translate'>,
  { input, output }: TranslationJob,
  side: Half | undefined,
): Promise<void> {
  const picture = await decodeImage(input);
  const condition = side ? halfOf(picture, side, input) : picture;
  await writePng(output, await translator.translate(condition));
}
