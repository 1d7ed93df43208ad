import * as z from 'zod';
import { UserError } from '../../core/errors.ts';
import { readWeights, writeWeights } from '../../files/weights-file.ts';
import type { WeightsMap } from '../../formats/safetensors.ts';

const aboutSchema = z.object({
  /** The classes' colours in label maps. */
  classes: z.array(z.tuple([z.number(), z.number(), z.number()])).min(2),
  /** Height and width of its training photos. */
  size: z.tuple([z.int().positive(), z.int().positive()]),
  pairs: z.int(),
  steps: z.int(),
});

/** A trained reader of label classes. */
export interface ReaderModel {
  readonly about: {
    readonly classes: readonly (readonly [number, number, number])[];
    readonly size: readonly [number, number];
    readonly pairs: number;
    readonly steps: number;
  };
  readonly tensors: WeightsMap;
}

/** Saves a reader as safetensors, its description in the metadata. */
export async function writeReader(path: string, { about, tensors }: ReaderModel): Promise<void> {
  await writeWeights(path, tensors, { reader: JSON.stringify(about) });
}

/** Reads a saved reader. Throws {@link UserError} if the file is not one. */
export async function readReader(path: string): Promise<ReaderModel> {
  const { tensors, metadata } = await readWeights(path);
  const about = aboutSchema.safeParse(parse(metadata.reader));
  if (about.success) return { about: about.data, tensors };
  throw new UserError(
    `Cannot use reader "${path}": the file holds other weights; pass a new file name to train and save a reader`,
  );
}

function parse(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? 'null');
  } catch {
    return null;
  }
}
