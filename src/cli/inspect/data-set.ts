import { imageSize } from '../../data/decode.ts';
import { findPairs, openPairs, type PairFiles, type PairSet, type Split } from '../../data/pairing.ts';
import { formatNumberOf } from '../format.ts';

/** What one split of a data set holds. */
interface SplitReport {
  readonly layout: PairSet['layout'];
  readonly description: string;
  readonly pairs: number;
  /** How many files have which width×height. */
  readonly sizes: Readonly<Record<string, number>>;
  /** Files that are no images or damaged at their beginning. */
  readonly unreadable: readonly string[];
}

export interface DataSetReport {
  readonly kind: 'data set';
  readonly folder: string;
  readonly splits: Partial<Record<Split, SplitReport>>;
}

/** Looks through a data set without decoding its pictures. Throws {@link UserError} where there are no pairs. */
export async function inspectDataSet(folder: string): Promise<DataSetReport> {
  const train = await findPairs(folder, { split: 'train' });
  const test = await findPairs(folder, { split: 'test' });
  if (!train && !test) await openPairs(folder, { split: 'train' });
  return {
    kind: 'data set',
    folder,
    splits: { ...(train && { train: await reportOf(train) }), ...(test && { test: await reportOf(test) }) },
  };
}

export function dataSetLines({ folder, splits }: DataSetReport): string[] {
  const lines = Object.entries(splits).flatMap(([split, { description, sizes, unreadable }]) => [
    `  ${split}: ${description}`,
    `  ${' '.repeat(split.length)}  ${showSizes(sizes)}`,
    ...unreadable.map(file => `  ${' '.repeat(split.length)}  can’t be read: ${file}`),
  ]);
  return [`Data set "${folder}"`, ...lines];
}

async function reportOf({ layout, description, pairs }: PairSet): Promise<SplitReport> {
  const sizes: Record<string, number> = {};
  const unreadable: string[] = [];
  for (const file of pairs.flatMap(filesOf)) {
    const size = await sizeOf(file);
    if (size) sizes[size] = (sizes[size] ?? 0) + 1;
    else unreadable.push(file);
  }
  return { layout, description, pairs: pairs.length, sizes, unreadable };
}

function filesOf(pair: PairFiles): string[] {
  return 'file' in pair ? [pair.file] : [pair.a, pair.b];
}

async function sizeOf(file: string): Promise<string | undefined> {
  const size = await imageSize(file);
  return size && `${size.width}×${size.height}`;
}

const sizesShown = 5;

function showSizes(sizes: Readonly<Record<string, number>>): string {
  const counted = Object.entries(sizes).sort(([, a], [, b]) => b - a);
  const shown = counted
    .slice(0, sizesShown)
    .map(([size, count]) => `${size} (${formatNumberOf(count, 'file')})`);
  const more = counted.length - shown.length;
  return `sizes ${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
