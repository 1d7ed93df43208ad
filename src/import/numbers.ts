import { fromFloat16 } from '../formats/float16.ts';
import type { Refuse } from './refuse.ts';

/** Number types in files, by their safetensors names; little-endian. */
export type NumberFormat = 'F64' | 'F32' | 'F16' | 'BF16' | 'integer';

export const bytesPerNumber = { F64: 8, F32: 4, F16: 2, BF16: 2 } as const;

type FloatFormat = keyof typeof bytesPerNumber;

/** A tensor of an imported file. */
export interface SourceTensor {
  readonly shape: readonly number[];
  /** Its values as float32, row-major. Throws UserError if they are not floating-point numbers. */
  read(): Float32Array;
}

/** All tensors of a file by name, in the file's order. */
export type SourceTensors = ReadonlyMap<string, SourceTensor>;

/** Little-endian floating-point numbers as float32. */
export function toFloat32(bytes: Uint8Array, format: NumberFormat, refuse: Refuse): Float32Array {
  if (format === 'integer') return refuse('a weight is stored as integers, expected floating-point numbers');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const size = bytesPerNumber[format];
  const read = readers[format];
  const values = new Float32Array(Math.floor(bytes.length / size));
  for (let i = 0; i < values.length; i++) values[i] = read(view, i * size);
  return values;
}

const readers: Readonly<Record<FloatFormat, (view: DataView, at: number) => number>> = {
  F64: (view, at) => view.getFloat64(at, true),
  F32: (view, at) => view.getFloat32(at, true),
  F16: (view, at) => fromFloat16(view.getUint16(at, true)),
  BF16: (view, at) => bfloatToNumber(view.getUint16(at, true)),
};

const bfloatBits = new Uint32Array(1);
const bfloatValue = new Float32Array(bfloatBits.buffer);

/** bfloat16: the upper half of a float32. */
function bfloatToNumber(bits: number): number {
  bfloatBits[0] = bits << 16;
  return bfloatValue[0]!;
}
