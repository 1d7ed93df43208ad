import { fromFloat16, toFloat16 } from '../formats/float16.ts';

// A block of numbers in 16 bits: one exponent for all, then each as IEEE 754 binary16. With an exponent that puts the
// largest number just below the format's limit, small gradients keep their bits as well.

/** Length of the block of `count` numbers, in 16-bit words. */
export const blockLength = (count: number): number => count + 1;

/** float32's biased exponent of the largest binary16 numbers. */
const LARGEST = 127 + 14;

/** Added to the exponent in the block's first word, because it may be negative. */
const EXPONENT_BIAS = 1024;

/** Writes `values` into `block`; each is rounded to 11 significant bits, or to a fixed step if it is small. */
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

/** The power of 2 by which the largest number nearly fills the format's range; 0 if any is infinite or NaN. */
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

function toHalf(value: number): number {
  scratch[0] = value;
  return toFloat16(scratchBits[0]!);
}

/** Every binary16. */
const halves = Float32Array.from({ length: 0x1_0000 }, (_, bits) => fromFloat16(bits));
