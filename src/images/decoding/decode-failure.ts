const signatures: readonly (readonly [format: string, offset: number, magic: string])[] = [
  ['JPEG', 0, '\xff\xd8\xff'],
  ['PNG', 0, '\x89PNG'],
  ['WebP', 8, 'WEBP'],
  ['AVIF', 4, 'ftyp'],
  ['TIFF', 0, 'II*\0'],
  ['TIFF', 0, 'MM\0*'],
  ['BMP', 0, 'BM'],
  ['GIF', 0, 'GIF8'],
];

// Messages of libjpeg, libpng, libwebp, libheif and libtiff.
const endedEarly =
  /premature end|read error|unexpected end|end of file|insufficient|unable to parse|corrupt header/i;

/**
 * Explains to users why sharp refused a picture with `message`.
 * @param length of the whole file, if `bytes` are only its beginning.
 */
export function explainDecodeFailure(bytes: Uint8Array, message: string, length = bytes.length): string {
  const format = formatOf(bytes);
  if (!format) return 'it is not an image; supported formats are JPEG, PNG, WebP, AVIF, TIFF and BMP';
  if (/pixel limit/i.test(message)) return `the ${format} image has too many pixels; scale it down first`;
  if (endedEarly.test(message) || /unsupported image format/i.test(message)) {
    return `the ${format} file is truncated or damaged after ${length} bytes; copy it again or remove it`;
  }
  return `the ${format} file is damaged or of an unsupported kind: ${message.split('\n')[0]!.trim()}`;
}

function formatOf(bytes: Uint8Array): string | undefined {
  const head = String.fromCharCode(...bytes.subarray(0, 16));
  return signatures.find(([, offset, magic]) => head.startsWith(magic, offset))?.[0];
}
