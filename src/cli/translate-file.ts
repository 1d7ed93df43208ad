import { UserError } from '../core/errors.ts';
import { cropImage, type Image } from '../core/image.ts';
import { decodeImage } from '../data/decode.ts';
import { writePng } from '../data/write-file.ts';
import type { Translator } from '../translate/translator.ts';
import type { TranslationJob } from './plan-outputs.ts';

/** A half of a side-by-side picture: A is the left, B the right. */
export type Side = 'A' | 'B';

/** Reads a picture, or the given half of it, translates it and writes the result as PNG. */
export async function translateFile(
  translator: Pick<Translator, 'translate'>,
  { input, output }: TranslationJob,
  side: Side | undefined,
): Promise<void> {
  const picture = await decodeImage(input);
  const condition = side ? takeHalf(picture, side, input) : picture;
  await writePng(output, await translator.translate(condition));
}

function takeHalf(image: Image, side: Side, name: string): Image {
  const width = Math.floor(image.width / 2);
  if (width < 1)
    throw new UserError(`Cannot take side ${side} of "${name}": it is ${image.width} pixel wide`);
  return cropImage(image, side === 'A' ? 0 : image.width - width, 0, width, image.height);
}
