import { createImage, type Image } from '../../core/image.ts';
import { hasOpacity, type Picture } from '../picture.ts';

/** A bitmap's header. `height` is positive; `topDown`: whether the first row is the top one. */
export interface BmpHeader {
  readonly width: number;
  readonly height: number;
  readonly topDown: boolean;
  readonly bits: number;
  readonly pixels: number;
  readonly palette: number;
}

/** Reads the header. Throws an Error with a message for users if {@link decodeBmp} doesn't support it. */
export function readBmpHeader(bytes: Uint8Array): BmpHeader {
  if (bytes.length < 54) throw new Error('its header is cut off');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const [pixels, headerSize] = [view.getUint32(10, true), view.getUint32(14, true)];
  const [width, rows] = [view.getInt32(18, true), view.getInt32(22, true)];
  const [bits, compression] = [view.getUint16(28, true), view.getUint32(30, true)];
  if (headerSize < 40) throw new Error('it has an OS/2 header, which is not supported');
  if (![1, 4, 8, 24, 32].includes(bits))
    throw new Error(`it has ${bits} bits per pixel, expected 1, 4, 8, 24 or 32`);
  if (compression !== 0 && !(compression === 3 && bits === 32)) throw new Error('it is compressed');
  if (width <= 0 || rows === 0) throw new Error(`its size is ${width}×${rows}`);
  return { width, height: Math.abs(rows), topDown: rows < 0, bits, pixels, palette: 14 + headerSize };
}

/**
 * Decodes a Windows bitmap of 1, 4 or 8 bits with a palette, or of 24 or 32 bits, to RGB; to RGBA if any pixel has an
 * opacity. Throws an Error with a message for users if it is truncated.
 */
export function decodeBmp(bytes: Uint8Array): Picture {
  const header = readBmpHeader(bytes);
  const { width, height, topDown, bits, pixels } = header;
  const stride = Math.ceil((width * bits) / 32) * 4;
  if (pixels + stride * height > bytes.length)
    throw new Error(`its pixels are cut off after ${bytes.length} bytes`);
  const image = createImage(width, height, bits === 32 ? 4 : 3);
  const copyPixel = pixelCopier(bytes, header, image);
  for (let y = 0; y < height; y++) {
    const row = pixels + stride * (topDown ? y : height - 1 - y);
    for (let x = 0; x < width; x++) copyPixel(row, x, (y * width + x) * image.channels);
  }
  return bits === 32 ? hasOpacity(image) : { image, alpha: false };
}

type PixelCopier = (row: number, x: number, to: number) => void;

function pixelCopier(bytes: Uint8Array, { bits, palette, pixels }: BmpHeader, { data }: Image): PixelCopier {
  // Blue comes first in the file.
  const copy = (from: number, to: number) => {
    for (let c = 0; c < 3; c++) data[to + c] = bytes[from + 2 - c]!;
  };
  if (bits >= 24) {
    const length = bits / 8;
    return (row, x, to) => {
      copy(row + x * length, to);
      if (length === 4) data[to + 3] = bytes[row + x * 4 + 3]!;
    };
  }
  const perByte = 8 / bits;
  return (row, x, to) => {
    const shift = 8 - bits * ((x % perByte) + 1);
    const index = (bytes[row + Math.floor(x / perByte)]! >> shift) & (2 ** bits - 1);
    const entry = palette + 4 * index;
    if (entry + 4 <= pixels) copy(entry, to);
  };
}
