/** A number in [0, 1) that looks random and depends only on its arguments (integers). */
export function hashNoise(x: number, y: number, seed: number): number {
  let h = Math.imul(x, 0x27d4eb2d) ^ Math.imul(y, 0x165667b1) ^ seed;
  h = Math.imul(h ^ (h >>> 15), 0x2c1b3c6d);
  h = Math.imul(h ^ (h >>> 12), 0x297a2d39);
  return ((h ^ (h >>> 15)) >>> 0) / 0x1_0000_0000;
}

/** Smooth noise on a scale of about 1: hashed values at integer coordinates, interpolated with easing. */
export function smoothNoise(x: number, y: number, seed: number): number {
  const left = Math.floor(x);
  const top = Math.floor(y);
  const u = ease(x - left);
  const v = ease(y - top);
  const upper = hashNoise(left, top, seed) * (1 - u) + hashNoise(left + 1, top, seed) * u;
  const lower = hashNoise(left, top + 1, seed) * (1 - u) + hashNoise(left + 1, top + 1, seed) * u;
  return upper * (1 - v) + lower * v;
}

function ease(t: number): number {
  return t * t * (3 - 2 * t);
}
