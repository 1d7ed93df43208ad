import { Pix2PixError } from './errors.ts';
import type { Model } from './model.ts';
import type { Manifest } from './model-info.ts';
import { readSource } from './sources.ts';

/** Root of the mean squared difference, in levels of 255. Another way to round is below 1; wrong sums are far above. */
const TOLERANCE = 3;

/** Throws {@link Pix2PixError} if the model makes another picture of the stored one than it did when it was exported. */
export async function selfTest(
  model: Model,
  { condition, generated }: NonNullable<Manifest['check']>,
  signal?: AbortSignal,
): Promise<void> {
  const asIs = { resize: 'none', ...(signal && { signal }) } as const;
  const [made, expected] = await Promise.all([
    model.pixels(condition, asIs),
    readSource(generated, { sizeFor: own => own, nearest: true, signal }),
  ]);
  const difference = rootMeanSquare(made.data, expected.data);
  if (difference <= TOLERANCE) return;
  throw new Pix2PixError(
    'webgpu',
    `Cannot compute on WebGPU: this browser’s results differ from the stored ones by ${difference.toFixed(1)} levels; use the device "wasm"`,
  );
}

function rootMeanSquare(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i]! - b[i]!) ** 2;
  // Infinite if the sizes differ.
  return a.length === b.length ? Math.sqrt(sum / a.length) : Number.POSITIVE_INFINITY;
}
