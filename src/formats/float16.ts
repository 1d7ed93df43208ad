// IEEE 754 binary16: 1 sign bit, 5 bits of exponent (bias 15), 10 of fraction.

/** The bits of a float32 → those of the nearest binary16, ties to even; numbers that are too large become infinite. */
export function toFloat16(bits: number): number {
  const sign = (bits >>> 16) & 0x8000;
  const magnitude = bits & 0x7fff_ffff;
  if (magnitude >= 0x4780_0000) return sign | (magnitude > 0x7f80_0000 ? 0x7e00 : 0x7c00);
  if (magnitude < 0x3300_0000) return sign;
  // Below 2⁻¹⁴ the step stays 2⁻²⁴: the hidden bit comes out and the mantissa moves right.
  const exponent = magnitude >>> 23;
  const shift = exponent < 113 ? 126 - exponent : 13;
  const mantissa = exponent < 113 ? (magnitude & 0x7f_ffff) | 0x80_0000 : magnitude - 0x3800_0000;
  const half = mantissa >>> shift;
  const rest = mantissa & ((1 << shift) - 1);
  const middle = 1 << (shift - 1);
  return sign | (half + (rest > middle || (rest === middle && half % 2 === 1) ? 1 : 0));
}

/** The number that the bits of a binary16 stand for. */
export function fromFloat16(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}
