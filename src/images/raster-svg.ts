import sharp from 'sharp';
import type { Image } from '../core/image.ts';

/** Renders the body of an SVG document, in a view box of 100×100 units, to an RGB picture of `size`×`size` pixels. */
export async function rasterSvg(body: string, size: number): Promise<Image> {
  const document = `<svg xmlns="http://www.w3.org/2000/svg" width="${size}" height="${size}" viewBox="0 0 100 100">${body}</svg>`;
  const { data, info } = await sharp(Buffer.from(document))
    .flatten({ background: 'white' })
    .toColourspace('srgb')
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true });
  const { width, height, channels } = info;
  return { width, height, channels, data: new Uint8Array(data.buffer, data.byteOffset, data.length) };
}
