import type { Mask } from './variables.ts';

/** Uniform numbers in [0, 1). */
export interface UniformSource {
  uniform(): number;
}

/** Draws new dropout masks into `arrays`, by mask name, all from one source. */
export function drawMasks(
  masks: readonly Mask[],
  arrays: Readonly<Record<string, Float32Array>>,
  source: UniformSource,
): void {
  for (const mask of masks) drawMask(mask, arrays[mask.name]!, source);
}

/** Draws a new mask: 0 with probability `rate`, else 1 / (1 − rate). */
export function drawMask({ rate }: Mask, array: Float32Array, source: UniformSource): void {
  const kept = 1 / (1 - rate);
  for (let i = 0; i < array.length; i++) array[i] = source.uniform() < rate ? 0 : kept;
}
