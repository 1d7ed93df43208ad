import { UserError } from '../core/errors.ts';
import { cropImage, type Image, type Samples } from '../core/image.ts';
import type { Channels, Direction, ImagePair } from '../core/image-pair.ts';
import { describeSize } from '../core/sizes.ts';
import { spread } from '../core/spread.ts';
import { decodePicture } from '../images/decoding/decode.ts';
import { asRgb, type Picture, withChannels } from '../images/picture.ts';
import type { PairFiles } from './pair-files.ts';

/** Decodes both sides of a pair as 8-bit RGB; throws as {@link loadSides} does. */
export async function loadPair(files: PairFiles, direction: Direction): Promise<ImagePair<Uint8Array>> {
  const [a, b] = (await loadSides(files)).map(asRgb) as [Image, Image];
  return inDirection(files.name, a, b, direction);
}

/**
 * Decodes both sides of a pair with a model's channels, in their own depth. Throws {@link UserError} as {@link
 * loadSides} does, and if a side can't be converted to its number of channels.
 */
export async function loadPairWithChannels(
  files: PairFiles,
  direction: Direction,
  channels: Channels,
): Promise<ImagePair> {
  const [a, b] = await loadSides(files);
  const { condition, target } = inDirection(files.name, a, b, direction);
  const adapt = (picture: Picture, side: 'condition' | 'target') => {
    const image = withChannels(picture, channels[side]);
    return image ?? refuseChannels(files, picture, side, channels[side]);
  };
  return { name: files.name, condition: adapt(condition, 'condition'), target: adapt(target, 'target') };
}

function inDirection<Side>(name: string, a: Side, b: Side, direction: Direction) {
  return direction === 'AtoB' ? { name, condition: a, target: b } : { name, condition: b, target: a };
}

/**
 * Decodes sides A and B of a pair. Throws {@link UserError} if a file can't be decoded, the sides differ in size, a
 * side is smaller than 2×2, or a side-by-side picture isn't twice as wide as high.
 */
export function loadSides(files: PairFiles): Promise<[a: Picture, b: Picture]> {
  return 'file' in files ? loadHalves(files.file) : loadBoth(files.a, files.b);
}

/** Sides A and B of at most `most` pairs, evenly spaced; pairs that can't be read are left out. */
export async function* loadSample(
  pairs: readonly PairFiles[],
  most: number,
): AsyncGenerator<[a: Picture, b: Picture]> {
  for (const files of spread(pairs, most)) {
    // Unreadable pairs are reported when they are loaded for training.
    const sides = await loadSides(files).catch(error => {
      if (!(error instanceof UserError)) throw error;
    });
    if (sides) yield sides;
  }
}

async function loadBoth(fileA: string, fileB: string): Promise<[a: Picture, b: Picture]> {
  const [a, b] = await Promise.all([decodePicture(fileA), decodePicture(fileB)]);
  assertUsable(a.image, fileA);
  assertUsable(b.image, fileB);
  if (a.image.width !== b.image.width || a.image.height !== b.image.height) {
    throw new UserError(
      `Cannot pair "${fileA}" (${describeSize(a.image)}) with "${fileB}" (${describeSize(b.image)}): both sides must have the same size; scale or crop one of them`,
    );
  }
  return [a, b];
}

async function loadHalves(file: string): Promise<[a: Picture, b: Picture]> {
  const { image: whole, alpha } = await decodePicture(file);
  assertUsable(whole, file);
  const { width, height } = whole;
  if (width !== 2 * height) {
    throw new UserError(
      `Cannot split "${file}" into sides A and B: it is ${describeSize(whole)}, and a side-by-side pair is twice as ` +
        'wide as high; put sides of another shape into folders "trainA" and "trainB"',
    );
  }
  return [
    { image: cropImage(whole, 0, 0, height, height), alpha },
    { image: cropImage(whole, height, 0, height, height), alpha },
  ];
}

function refuseChannels(
  files: PairFiles,
  { image }: Picture,
  side: 'condition' | 'target',
  wanted: number,
): never {
  const named = 'file' in files ? files.file : `${files.a}" and "${files.b}`;
  throw new UserError(
    `Cannot use "${named}": the ${side} has ${image.channels} channels, expected ${wanted}; ` +
      `use --${side}-channels ${image.channels}, and only images with as many`,
  );
}

function assertUsable(image: Image<Samples>, file: string): void {
  if (image.width >= 2 && image.height >= 2) return;
  throw new UserError(
    `Cannot use "${file}": it is ${describeSize(image)}, and a side needs 2×2 pixels or more; replace it`,
  );
}
