import type { Image } from '../../core/image.ts';
import { decodeStranger } from '../../data/check-picture.ts';
import { encodePng } from '../../data/decode.ts';
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
  const generated = await translator.translate(image);
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
  for (const image of images) generated.push(await translator.translate(image));
  return generated;
}
