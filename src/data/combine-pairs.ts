import { join } from 'node:path';
import { UserError } from '../core/errors.ts';
import { cropImage, type Image } from '../core/image.ts';
import { Random } from '../core/random.ts';
import { resizeWith } from './area-resize.ts';
import { distinctNames, drawTestItems } from './assign-splits.ts';
import { decodeImage } from './decode.ts';
import { imagesIn } from './folder.ts';
import { paletteOf } from './inspection/palette.ts';
import { mapAhead } from './map-ahead.ts';
import { matchSides } from './match-sides.ts';
import { refuseNonEmpty } from './new-folder.ts';
import { nearestWeights } from './resize-weights.ts';
import { placeSideBySide } from './side-by-side.ts';
import { type Fit, squarePhoto } from './square-photo.ts';
import { writePng } from './write-file.ts';

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

/** Writes side-by-side pairs from a folder of A's and one of B's, matched by name or else by order. */
export async function writeCombined(
  folderA: string,
  folderB: string,
  out: string,
  options: CombineOptions,
): Promise<CombineResult> {
  await refuseNonEmpty(out, 'pairs');
  const { pairs, by } = await matchFolders(folderA, folderB);
  const names = distinctNames(pairs.map(({ name }) => name.replace(/[_-]a$/i, '') || name));
  const tests = drawTestItems(
    pairs.length,
    options.testShare,
    Random.fromSeed(options.seed).split('test pairs'),
  );
  const labelA = await areLabelMaps(pairs.map(({ a }) => a));
  const labelB = await areLabelMaps(pairs.map(({ b }) => b));
  const counts = { train: 0, test: 0 };
  let done = 0;
  for await (const [a, b] of mapAhead(pairs, 2, decodeBoth)) {
    const index = done++;
    const split = tests.has(index) ? 'test' : 'train';
    const pair = placeSideBySide(square(a, options, labelA), square(b, options, labelB));
    await writePng(join(out, split, `${names[index]}.png`), pair);
    counts[split]++;
    options.onProgress?.(done, pairs.length);
  }
  return {
    ...counts,
    by,
    labelSides: [...(labelA ? ['A' as const] : []), ...(labelB ? ['B' as const] : [])],
  };
}

async function matchFolders(folderA: string, folderB: string) {
  const [sideA, sideB] = [await imagesIn(folderA), await imagesIn(folderB)];
  for (const [folder, side] of [[folderA, sideA] as const, [folderB, sideB] as const]) {
    if (side.length === 0)
      throw new UserError(`Cannot combine "${folder}": it holds no pictures; name a folder of them`);
  }
  const matched = matchSides(sideA, sideB);
  const [lonely] = [...matched.lonelyA, ...matched.lonelyB];
  if (!lonely) return matched;
  const count = matched.lonelyA.length + matched.lonelyB.length;
  throw new UserError(
    `Cannot combine "${folderA}" with "${folderB}": ${count} of ${sideA.length + sideB.length} files have no partner ` +
      `of their name, such as "${lonely.path}"; remove them or give partners equal names`,
  );
}

async function decodeBoth({
  a,
  b,
}: {
  readonly a: string;
  readonly b: string;
}): Promise<[a: Image, b: Image]> {
  const [imageA, imageB] = await Promise.all([decodeImage(a), decodeImage(b)]);
  const skew = Math.abs(imageA.width * imageB.height - imageB.width * imageA.height);
  const largest = Math.max(imageA.width, imageA.height, imageB.width, imageB.height);
  // A pixel of rounding is no other shape.
  if (skew <= largest) return [imageA, imageB];
  throw new UserError(
    `Cannot pair "${a}" (${imageA.width}×${imageA.height}) with "${b}" (${imageB.width}×${imageB.height}): ` +
      'both need one shape; crop one of them',
  );
}

const looksTaken = 16;

/** Whether most of the files are label maps, judged by some from all over. */
async function areLabelMaps(files: readonly string[]): Promise<boolean> {
  const count = Math.min(files.length, looksTaken);
  let labels = 0;
  for (let i = 0; i < count; i++) {
    const image = await decodeImage(files[Math.floor((i * files.length) / count)]!);
    if (paletteOf(image).kind === 'label map') labels++;
  }
  return labels > count / 2;
}

/** Mixed colours would be classes that a label map doesn't have. */
function square(image: Image, { size, fit }: CombineOptions, isLabelMap: boolean): Image {
  if (!isLabelMap) return squarePhoto(image, size, fit);
  const side = Math.min(image.width, image.height);
  const left = Math.floor((image.width - side) / 2);
  const top = Math.floor((image.height - side) / 2);
  const part = fit === 'crop' ? cropImage(image, left, top, side, side) : image;
  return resizeWith(part, nearestWeights(part.width, size), nearestWeights(part.height, size));
}
