import { UserError } from '../../core/errors.ts';
import type { Image } from '../../core/image.ts';
import { decodeImage } from './decode.ts';
import { readHeader } from './image-header.ts';

/** The first bytes of each format, read as Latin-1; `at`: offset in bytes. */
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
 * Decodes an untrusted picture, for example an upload: only of a supported format, judged by its first bytes, and of at
 * most `pixels` pixels, judged by its header. Throws {@link UserError}.
 */
export async function decodeUntrusted(bytes: Uint8Array, name: string, pixels: number): Promise<Image> {
  await checkPicture(bytes, name, pixels);
  return decodeImage(bytes, `"${name}"`);
}

/** Checks a picture's format and header without decoding it. Throws {@link UserError}. */
export async function checkPicture(bytes: Uint8Array, name: string, pixels: number): Promise<void> {
  const start = Buffer.from(bytes.subarray(0, 16)).toString('latin1');
  if (!signatures.some(({ at, starts }) => starts.some(each => start.startsWith(each, at)))) {
    const known = signatures.map(({ format }) => format).join(', ');
    throw new UserError(`Cannot decode "${name}": it is not a picture in a supported format (${known})`);
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
