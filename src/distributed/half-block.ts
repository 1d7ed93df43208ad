// A block of numbers in 16 bits: one exponent for all, then each as IEEE 754 binary16. With an exponent that puts the
// largest number just below the format's limit, small gradients keep their bits as well.

/** Length of the block of `count` numbers, in 16-bit words. */
export const blockLength = (count: number): number => count + 1;

/** Biased exponent, in float32, of numbers that are as large as binary16 holds. */
const LARGEST = 127 + 14;

/** The block's first word holds its exponent so much greater, as it may be below 0. */
const EXPONENT_BIAS = 1024;

/** Writes `values` into `block`; each becomes the nearest number of 11 bits, or for small ones of a fixed step. */
export function encodeBlock(values: Float32Array, block: Uint16Array): void {
  const words = new Uint32Array(values.buffer, values.byteOffset, values.length);
  const exponent = exponentFor(words);
  block[0] = exponent + EXPONENT_BIAS;
  const scale = 2 ** exponent;
  for (let i = 0; i < values.length; i++) block[i + 1] = toHalf(values[i]! * scale);
}

/** Adds what the block holds, times `factor`, to `sum`. */
export function addBlock(block: Uint16Array, sum: Float32Array, factor = 1): void {
  const scale = factor * 2 ** (EXPONENT_BIAS - block[0]!);
  for (let i = 0; i < sum.length; i++) sum[i]! += halves[block[i + 1]!]! * scale;
}

/** The power of 2 by which the largest number nearly fills the format's range; 0 where one is infinite or NaN. */
function exponentFor(words: Uint32Array): number {
  let largest = 0;
  for (let i = 0; i < words.length; i++) {
    const size = words[i]! & 0x7fff_ffff;
    if (size > largest) largest = size;
  }
  const exponent = largest >>> 23;
  return exponent === 0 || exponent === 0xff ? 0 : LARGEST - exponent;
}

const scratch = new Float32Array(1);
const scratchBits = new Uint32Array(scratch.buffer);

/** The nearest binary16, for numbers in its range. */
function toHalf(value: number): number {
  scratch[0] = value;
  const bits = scratchBits[0]!;
  const sign = (bits >>> 16) & 0x8000;
  const size = bits & 0x7fff_ffff;
  // Below 2⁻¹⁴ numbers are multiples of 2⁻²⁴.
  if (size < 0x3880_0000) return sign | Math.round(Math.abs(value) * 2 ** 24);
  if (size >= 0x7f80_0000) return sign | (size > 0x7f80_0000 ? 0x7e00 : 0x7c00);
  return sign | ((size - 0x3800_0000 + 0x0fff + ((size >>> 13) & 1)) >>> 13);
}

/** Every binary16. */
const halves = Float32Array.from({ length: 0x1_0000 }, (_, half) => {
  const sign = half & 0x8000 ? -1 : 1;
  const exponent = (half >>> 10) & 0x1f;
  const fraction = half & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
});
