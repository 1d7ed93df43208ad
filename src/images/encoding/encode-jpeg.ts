import sharp from 'sharp';
import type { Image } from '../../core/image.ts';

/** JPEG bytes of an RGB image, for pages; quality from 1 to 100. */
export function encodeJpeg({ width, height, data }: Image, quality: number): Promise<Uint8Array> {
  return sharp(data, { raw: { width, height, channels: 3 } })
    .jpeg({ quality })
    .toBuffer();
}
