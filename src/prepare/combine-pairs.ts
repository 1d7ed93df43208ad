import { join } from 'node:path';
import { UserError } from '../core/errors.ts';
import { mapAhead } from '../core/map-ahead.ts';
import { Random } from '../core/random.ts';
import type { Resampling } from '../core/sizes.ts';
import { spread } from '../core/spread.ts';
import { distinctNames, drawTestItems } from '../data/assign-splits.ts';
import { shareClasses } from '../data/inspection/common-colors.ts';
import { type Palette, paletteOf } from '../data/inspection/palette.ts';
import { matchSides } from '../data/match-sides.ts';
import { assertEmptyFolder, imagesIn, isFolder } from '../files/folder.ts';
import { decodePicture } from '../images/decoding/decode.ts';
import { writeLossless } from '../images/encoding/encode.ts';
import type { Picture } from '../images/picture.ts';
import { type Fit, squarePicture } from '../images/resize.ts';
import { joinSides } from '../images/side-by-side.ts';

export interface CombineOptions {
  readonly size: number;
  readonly fit: Fit;
  readonly testShare: number;
  readonly seed: number;
  readonly onProgress?: (done: number, total: number) => void;
}

/** How many pairs were written, how they were matched, and which sides were resized as label maps. */
export interface CombineResult {
  readonly train: number;
  readonly test: number;
  readonly by: 'name' | 'order';
  readonly labelSides: readonly ('A' | 'B')[];
}

/** Writes side-by-side pairs from a folder of A sides and one of B sides, matched by name or else by order. */
export async function writeCombined(
  folderA: string,
  folderB: string,
  out: string,
  options: CombineOptions,
): Promise<CombineResult> {
  await assertEmptyFolder(out, 'pairs');
  const { pairs, by } = await matchFolders(folderA, folderB);
  const names = distinctNames(pairs.map(({ name }) => name.replace(/[_-]a$/i, '') || name));
  const tests = drawTestItems(
    pairs.length,
    options.testShare,
    Random.fromSeed(options.seed).split('test pairs'),
  );
  const resamplingA = await commonResampling(pairs.map(({ a }) => a));
  const resamplingB = await commonResampling(pairs.map(({ b }) => b));
  const counts = { train: 0, test: 0 };
  let done = 0;
  for await (const [a, b] of mapAhead(pairs, 2, decodeBoth)) {
    const index = done++;
    const split = tests.has(index) ? 'test' : 'train';
    const name = names[index]!;
    const pair = joinSides(square(a, options, resamplingA), square(b, options, resamplingB), name);
    await writeLossless(join(out, split, name), pair);
    counts[split]++;
    options.onProgress?.(done, pairs.length);
  }
  const resamplings = { A: resamplingA, B: resamplingB };
  const labelSides = (['A', 'B'] as const).filter(side => resamplings[side] === 'nearest');
  return { ...counts, by, labelSides };
}

async function matchFolders(folderA: string, folderB: string) {
  const [sideA, sideB] = [await imagesIn(folderA), await imagesIn(folderB)];
  for (const [folder, side] of [[folderA, sideA] as const, [folderB, sideB] as const]) {
    if (!(await isFolder(folder)))
      throw new UserError(`Cannot combine "${folder}": it does not exist; pass a folder of images`);
    if (side.length === 0)
      throw new UserError(`Cannot combine "${folder}": it holds no images; pass a folder of images`);
  }
  const matched = matchSides(sideA, sideB);
  const [unpaired] = [...matched.unpairedA, ...matched.unpairedB];
  if (!unpaired) return matched;
  if (matched.by === 'order') {
    throw new UserError(
      `Cannot combine "${folderA}" (${sideA.length} images) with "${folderB}" (${sideB.length}): no names are equal, so that pairs would be formed by order; give partners equal names, or make the numbers equal`,
    );
  }
  const count = matched.unpairedA.length + matched.unpairedB.length;
  throw new UserError(
    `Cannot combine "${folderA}" with "${folderB}": ${count} of ${sideA.length + sideB.length} files have no partner ` +
      `of their name, such as "${unpaired.path}"; remove them or give partners equal names`,
  );
}

async function decodeBoth({
  a,
  b,
}: {
  readonly a: string;
  readonly b: string;
}): Promise<[a: Picture, b: Picture]> {
  const pictures = await Promise.all([decodePicture(a), decodePicture(b)]);
  const [{ image: imageA }, { image: imageB }] = pictures;
  const skew = Math.abs(imageA.width * imageB.height - imageB.width * imageA.height);
  const largest = Math.max(imageA.width, imageA.height, imageB.width, imageB.height);
  // A difference of one pixel by rounding is allowed.
  if (skew <= largest) return pictures;
  throw new UserError(
    `Cannot pair "${a}" (${imageA.width}×${imageA.height}) with "${b}" (${imageB.width}×${imageB.height}): ` +
      'both must have the same aspect ratio; crop one of them',
  );
}

const looksTaken = 16;

/** `nearest` if most files are label maps, judged by a sample. */
async function commonResampling(files: readonly string[]): Promise<Resampling> {
  const looked = spread(files, looksTaken);
  const maps: Palette[] = [];
  for (const file of looked) {
    const palette = paletteOf(await decodePicture(file));
    if (palette.kind === 'label map') maps.push(palette);
  }
  return maps.length > looked.length / 2 && shareClasses(maps) ? 'nearest' : 'area';
}

function square(picture: Picture, { size, fit }: CombineOptions, resampling: Resampling): Picture {
  return { ...picture, image: squarePicture(picture.image, size, fit, resampling) };
}
