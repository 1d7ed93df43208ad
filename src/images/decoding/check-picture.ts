import { UserError } from '../../core/errors.ts';
import type { Image } from '../../core/image.ts';
import { decodeImage } from './decode.ts';
import { readHeader } from './image-header.ts';

/** How files of each format begin, read as Latin-1; `at`: from which byte on. */
const signatures: readonly {
  readonly format: string;
  readonly at: number;
  readonly starts: readonly string[];
}[] = [
  { format: 'JPEG', at: 0, starts: ['\xff\xd8\xff'] },
  { format: 'PNG', at: 0, starts: ['\x89PNG\r\n\x1a\n'] },
  { format: 'WebP', at: 8, starts: ['WEBP'] },
  { format: 'AVIF', at: 4, starts: ['ftypavif', 'ftypavis', 'ftypmif1'] },
  { format: 'TIFF', at: 0, starts: ['II*\0', 'MM\0*'] },
  { format: 'BMP', at: 0, starts: ['BM'] },
];

/**
 * Decodes a picture that a stranger sent: of the formats that are read anywhere here, by their first bytes, and of so
 * many pixels at most, by the header. Throws {@link UserError}.
 */
export async function decodeStranger(bytes: Uint8Array, name: string, pixels: number): Promise<Image> {
  await checkPicture(bytes, name, pixels);
  return decodeImage(bytes, `"${name}"`);
}

/** Looks at a picture's header, and decodes nothing. */
export async function checkPicture(bytes: Uint8Array, name: string, pixels: number): Promise<void> {
  const start = Buffer.from(bytes.subarray(0, 16)).toString('latin1');
  if (!signatures.some(({ at, starts }) => starts.some(each => start.startsWith(each, at)))) {
    const known = signatures.map(({ format }) => format).join(', ');
    throw new UserError(`Cannot decode "${name}": it is no picture of a known format (${known})`);
  }
  const { width, height } = await readHeader(bytes).catch(() => {
    throw new UserError(`Cannot decode "${name}": it is damaged`);
  });
  if (width * height <= pixels) return;
  const limit = (pixels / 1e6).toFixed(1);
  throw new UserError(
    `Cannot use "${name}": it is ${width}×${height}, and the limit is ${limit} million pixels; scale it down`,
  );
}
