import { join } from 'node:path';
import { UserError } from '../core/errors.ts';
import type { Image } from '../core/image.ts';
import { Random } from '../core/random.ts';
import { assertEmptyFolder } from '../files/folder.ts';
import { writePng } from '../images/encoding/encode.ts';
import { placeSideBySide } from '../images/side-by-side.ts';
import { checkFacadeSize, type FacadeSize, syntheticFacades } from './facades/index.ts';
import { syntheticMap } from './maps/index.ts';
import { syntheticShapes } from './shapes/index.ts';

export interface SyntheticDataOptions<Size = number> {
  /** Number of training pairs. */
  readonly train: number;
  /** Number of test pairs; none of them is in the training set. */
  readonly test: number;
  readonly size: Size;
  readonly seed: number;
  /** Called after each pair is written. */
  readonly onProgress?: (done: number, total: number) => void;
}

/** Generators of synthetic pairs other than facades: side A is left, side B is right. */
const inventors = { maps: syntheticMap, shapes: syntheticShapes } as const;

export type InventedKind = 'facades' | keyof typeof inventors;

/**
 * Writes synthetic pairs of any kind as {@link writeSyntheticFacades} does: aligned pixel by pixel, A on the left and B on
 * the right.
 */
export async function writeSyntheticPairs(
  kind: InventedKind,
  folder: string,
  options: SyntheticDataOptions,
): Promise<void> {
  if (kind === 'facades') return writeSyntheticFacades(folder, options);
  const { size } = options;
  if (!Number.isInteger(size) || size < 16) {
    throw new UserError(`Cannot make ${kind} of ${size} pixels: expected a whole number, 16 or more`);
  }
  await writeSeries(folder, kind, options, async function* (count, seed) {
    const series = Random.fromSeed(seed);
    for (let i = 0; i < count; i++) {
      const pair = await inventors[kind](series.split(`${kind}/${i}`), size);
      yield { name: String(i + 1).padStart(4, '0'), ...pair };
    }
  });
}

/**
 * Writes `folder/train/0001.png` … and `folder/test/0001.png` …: synthetic facades, which need not be square. The layout is
 * that of the published data set: the photo on the left (A), its label map on the right (B). The folder must be new or
 * empty. Equal seeds give equal pictures. Throws UserError.
 */
export async function writeSyntheticFacades(
  folder: string,
  options: SyntheticDataOptions<FacadeSize>,
): Promise<void> {
  const { size } = options;
  checkFacadeSize(size);
  await writeSeries(folder, 'facades', options, async function* (count, seed) {
    for (const { name, photo, label } of syntheticFacades({ count, size, seed }))
      yield { name, a: photo, b: label };
  });
}

type Series = (count: number, seed: number) => AsyncGenerator<{ name: string; a: Image; b: Image }>;

async function writeSeries(
  folder: string,
  what: string,
  options: SyntheticDataOptions<unknown>,
  series: Series,
): Promise<void> {
  await assertEmptyFolder(folder, what);
  const total = options.train + options.test;
  let done = 0;
  for (const split of ['train', 'test'] as const) {
    const seed = Random.fromSeed(options.seed).split(split).integer(0x7fffffff);
    for await (const { name, a, b } of series(options[split], seed)) {
      await writePng(join(folder, split, `${name}.png`), placeSideBySide(a, b));
      options.onProgress?.(++done, total);
    }
  }
}
