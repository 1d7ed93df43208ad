import sharp, { type Channels, type Sharp } from 'sharp';
import { type Depth, depthOf, type Image, type Samples } from '../../core/image.ts';

/** Encodes an image of 1 (gray), 2 (gray, alpha), 3 (RGB) or 4 (RGBA) channels, of 8 or 16 bits, as PNG. */
export function encodePng(image: Image<Samples>): Promise<Uint8Array> {
  const { width, height, data } = image;
  const channels = image.channels as Channels;
  return asPng(sharp(data, { raw: { width, height, channels } }), channels, depthOf(image)).toBuffer();
}

/** Makes sharp write PNG with the given channels and depth, without converting colours. */
export function asPng(picture: Sharp, channels: number, depth: Depth): Sharp {
  if (depth === 16) return picture.toColourspace(channels < 3 ? 'grey16' : 'rgb16').png();
  return (channels < 3 ? picture.toColourspace('b-w') : picture).png();
}

/** Encodes an RGB image as JPEG; quality from 1 to 100. */
export function encodeJpeg({ width, height, data }: Image, quality: number): Promise<Uint8Array> {
  return sharp(data, { raw: { width, height, channels: 3 } })
    .jpeg({ quality })
    .toBuffer();
}
