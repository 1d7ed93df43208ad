import type { Emitter } from '../emitter.ts';

/** WebGPU guarantees 8 storage buffers for a shader; its output takes one. */
const LARGEST_FAN_IN = 7;

/** Concatenates any number of values. */
export function concatTree(emit: Emitter, values: readonly string[], axis: number): string {
  if (values.length <= LARGEST_FAN_IN) return emit.concat(values, axis);
  const joined: string[] = [];
  for (let first = 0; first < values.length; first += LARGEST_FAN_IN) {
    joined.push(emit.concat(values.slice(first, first + LARGEST_FAN_IN), axis));
  }
  return concatTree(emit, joined, axis);
}
