import type { Image } from '../../core/image.ts';
import { decodeStranger } from '../../images/decoding/check-picture.ts';
import { encodePng } from '../../images/encoding/encode.ts';
import { shownImage, withChannels } from '../../images/picture.ts';
import type { Translator } from '../../translate/translator.ts';
import { translatorOf } from './translators.ts';

/** An encoded picture in, a PNG out. */
export async function translatePicture({
  model,
  picture,
  name,
  pixels,
}: {
  readonly model: string;
  readonly picture: Uint8Array;
  readonly name: string;
  readonly pixels: number;
}): Promise<{ readonly png: Uint8Array; readonly milliseconds: number }> {
  const image = await decodeStranger(picture, name, pixels);
  const translator = await translatorOf(model);
  const started = performance.now();
  const generated = await translateShown(translator, image);
  const milliseconds = performance.now() - started;
  return { png: await encodePng(generated), milliseconds };
}

/** Plain pixels in and out, one picture after the other. */
export async function translateImages({
  model,
  images,
}: {
  readonly model: string;
  readonly images: readonly Image[];
}): Promise<Image[]> {
  const translator = await translatorOf(model);
  const generated: Image[] = [];
  for (const image of images) generated.push(await translateShown(translator, image));
  return generated;
}

/** RGB in and out, whatever the model's channels. Throws UserError where it takes no colours. */
async function translateShown(translator: Translator, image: Image): Promise<Image> {
  const { channels } = translator.description.input;
  return shownImage(await translator.translate(withChannels({ image, alpha: false }, channels) ?? image));
}
