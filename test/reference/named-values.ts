import { elements, type Shape } from '../../src/core/shape.ts';

/** The numbers that test/goldens/pytorch.py computes as well: each sequence depends on its name alone. */

/** The sequence called `name`, uniform in [0, 1) (FNV-1a of the name, murmur3's finaliser of the position). */
export function uniforms(name: string): () => number {
  let seed = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(name)) seed = Math.imul(seed ^ byte, 0x01000193);
  let position = 0;
  return () => {
    let x = Math.imul(++position, 0x9e3779b1) ^ seed;
    x = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
    x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
    return ((x ^ (x >>> 16)) >>> 0) / 2 ** 32;
  };
}

/** A variable's values, away from its initial ones and such that activations stay near 1. */
export function variableValues({ name, shape }: { readonly name: string; readonly shape: Shape }) {
  const next = uniforms(name);
  const values = new Float32Array(elements(shape));
  if (name.endsWith('gamma')) return values.map(() => 0.5 + next());
  if (!name.endsWith('kernel')) return values.map(() => 0.6 * next() - 0.3);
  const [height, width, a, b] = shape as [number, number, number, number];
  const largest = Math.sqrt(6 / (height * width * Math.max(a, b)));
  return values.map(() => (2 * next() - 1) * largest);
}

/** Noise on [−1, 1), a batch of images row-major. */
export function imageValues(name: string, shape: Shape): Float32Array {
  const next = uniforms(name);
  return new Float32Array(elements(shape)).map(() => 2 * next() - 1);
}
