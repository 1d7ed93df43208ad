import type { Random } from '../core/random.ts';
import type { Mask } from './variables.ts';

/** Draws dropout masks anew into `arrays`, by mask name: 0 with probability `rate`, else 1 / (1 − rate). */
export function drawMasks(
  masks: readonly Mask[],
  arrays: Readonly<Record<string, Float32Array>>,
  random: Random,
): void {
  for (const { name, rate } of masks) {
    const kept = 1 / (1 - rate);
    const mask = arrays[name]!;
    for (let i = 0; i < mask.length; i++) mask[i] = random.uniform() < rate ? 0 : kept;
  }
}
