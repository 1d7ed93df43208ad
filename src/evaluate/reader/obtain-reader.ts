import type { Direction } from '../../core/image-pair.ts';
import type { Size } from '../../core/sizes.ts';
import { openPairs } from '../../data/pairing.ts';
import { exists } from '../../files/folder.ts';
import { openReader, type Reader } from './reader.ts';
import { readReader, writeReader } from './reader-file.ts';
import { trainReader } from './train-reader.ts';

/** Batches of four: on 400 facades at 128×128 more steps hardly improve it. */
const STEPS = 1000;

interface ReaderRequest {
  readonly data: string;
  readonly direction: Direction;
  readonly size: Size;
  readonly seed: number;
  readonly onProgress?: (phase: string, done: number, total: number) => void;
}

/** Opens the reader in a file; if the file doesn't exist, a reader is trained on the training pairs and saved there. */
export async function obtainReader(path: string | null, request: ReaderRequest): Promise<Reader | null> {
  if (path === null) return null;
  if (await exists(path)) return openReader(await readReader(path));
  const { data, direction, size, seed, onProgress } = request;
  const { pairs } = await openPairs(data, { split: 'train' });
  const phases = { reading: 'Reading training pairs', training: 'Training the reader' };
  const model = await trainReader({
    pairs,
    direction,
    size,
    seed,
    steps: STEPS,
    onProgress: (phase, done, total) => onProgress?.(phases[phase], done, total),
  });
  await writeReader(path, model);
  return openReader(model);
}
