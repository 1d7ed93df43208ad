import sharp, { type Channels } from 'sharp';
import { depthOf, type Image, type Samples } from '../core/image.ts';

/** PNG bytes of an image of 1 (gray), 2 (gray, alpha), 3 (RGB) or 4 (RGBA) channels, of 8 or 16 bits. */
export function encodePng(image: Image<Samples>): Promise<Uint8Array> {
  const { width, height, data } = image;
  const channels = image.channels as Channels;
  const picture = sharp(data, { raw: { width, height, channels } });
  const isDeep = depthOf(image) === 16;
  if (isDeep)
    return picture
      .toColourspace(channels < 3 ? 'grey16' : 'rgb16')
      .png()
      .toBuffer();
  return (channels < 3 ? picture.toColourspace('b-w') : picture).png().toBuffer();
}
