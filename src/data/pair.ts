import { UserError } from '../core/errors.ts';
import { cropImage, type Image } from '../core/image.ts';
import { decodeImage } from './decode.ts';
import type { PairFiles } from './pairing.ts';

/** Which side is the condition, the generator's input: AtoB learns A → B. */
export type Direction = 'AtoB' | 'BtoA';

/** A decoded pair: RGB images of one size. */
export interface ImagePair {
  readonly name: string;
  readonly condition: Image;
  readonly target: Image;
}

/**
 * Decodes both sides of a pair. Throws {@link UserError} where a file can't be decoded, the sides differ in size,
 * a side is smaller than 2×2, or a side-by-side picture isn't twice as wide as high.
 */
export async function loadPair(files: PairFiles, direction: Direction): Promise<ImagePair> {
  const [a, b] = 'file' in files ? await loadHalves(files.file) : await loadSides(files.a, files.b);
  const { name } = files;
  return direction === 'AtoB' ? { name, condition: a, target: b } : { name, condition: b, target: a };
}

async function loadSides(fileA: string, fileB: string): Promise<[a: Image, b: Image]> {
  const [a, b] = await Promise.all([decodeImage(fileA), decodeImage(fileB)]);
  assertUsable(a, fileA);
  assertUsable(b, fileB);
  if (a.width !== b.width || a.height !== b.height) {
    throw new UserError(
      `Cannot pair "${fileA}" (${sizeOf(a)}) with "${fileB}" (${sizeOf(b)}): both sides need the same size`,
    );
  }
  return [a, b];
}

async function loadHalves(file: string): Promise<[a: Image, b: Image]> {
  const whole = await decodeImage(file);
  assertUsable(whole, file);
  const { width, height } = whole;
  if (width !== 2 * height) {
    throw new UserError(
      `Cannot split "${file}" into sides A and B: it is ${sizeOf(whole)}, and a side-by-side pair is twice as ` +
        'wide as high; put sides of another shape into folders "trainA" and "trainB"',
    );
  }
  return [cropImage(whole, 0, 0, height, height), cropImage(whole, height, 0, height, height)];
}

function assertUsable(image: Image, file: string): void {
  if (image.width >= 2 && image.height >= 2) return;
  throw new UserError(
    `Cannot use "${file}": it is ${sizeOf(image)}, and a side needs 2×2 pixels or more; replace it`,
  );
}

function sizeOf(image: Image): string {
  return `${image.width}×${image.height}`;
}
