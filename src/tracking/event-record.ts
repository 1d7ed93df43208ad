// tensorflow/core/util/event.proto and framework/summary.proto, the parts that a run needs.

export interface Histogram {
  readonly min: number;
  readonly max: number;
  readonly count: number;
  readonly sum: number;
  readonly sumOfSquares: number;
  /** Upper edges of the buckets, and the number of values in each. */
  readonly limits: readonly number[];
  readonly buckets: readonly number[];
}

export type SummaryValue =
  | { readonly tag: string; readonly scalar: number }
  | { readonly tag: string; readonly png: Uint8Array; readonly width: number; readonly height: number }
  | { readonly tag: string; readonly histogram: Histogram };

/** The first record of every file. */
export function versionRecord(wallTime: number): Uint8Array {
  return record([double(1, wallTime), text(3, 'brain.Event:2')]);
}

export function summaryRecord(wallTime: number, step: number, values: readonly SummaryValue[]): Uint8Array {
  const summary = values.map(value => message(1, [text(1, value.tag), contentOf(value)]));
  return record([double(1, wallTime), integer(2, step), message(5, summary)]);
}

function contentOf(value: SummaryValue): Uint8Array {
  if ('scalar' in value) return float(2, value.scalar);
  if ('png' in value)
    return message(4, [
      integer(1, value.height),
      integer(2, value.width),
      integer(3, 3),
      bytes(4, value.png),
    ]);
  const { min, max, count, sum, sumOfSquares, limits, buckets } = value.histogram;
  const numbers = [min, max, count, sum, sumOfSquares].map((each, i) => double(i + 1, each));
  return message(5, [...numbers, doubles(6, limits), doubles(7, buckets)]);
}

/** TFRecord: length, its CRC, the data, its CRC. */
function record(fields: readonly Uint8Array[]): Uint8Array {
  const data = Buffer.concat(fields);
  const framed = Buffer.alloc(data.length + 16);
  framed.writeBigUInt64LE(BigInt(data.length), 0);
  framed.writeUInt32LE(maskedCrc32c(framed.subarray(0, 8)), 8);
  framed.set(data, 12);
  framed.writeUInt32LE(maskedCrc32c(data), 12 + data.length);
  return framed;
}

// Protocol buffers' wire format: a key of field number and kind, then the value.
const [VARINT, FIXED64, LENGTH, FIXED32] = [0, 1, 2, 5];

function varint(value: number): number[] {
  const groups: number[] = [];
  let rest = value;
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) groups.push((rest % 0x80) | 0x80);
  return [...groups, rest];
}

function field(number: number, kind: number, content: Uint8Array): Uint8Array {
  return Buffer.concat([Uint8Array.from(varint(number * 8 + kind)), content]);
}

function integer(number: number, value: number): Uint8Array {
  return field(number, VARINT, Uint8Array.from(varint(value)));
}

function double(number: number, value: number): Uint8Array {
  return field(number, FIXED64, new Uint8Array(Float64Array.of(value).buffer));
}

function float(number: number, value: number): Uint8Array {
  return field(number, FIXED32, new Uint8Array(Float32Array.of(value).buffer));
}

function bytes(number: number, content: Uint8Array): Uint8Array {
  return field(number, LENGTH, Buffer.concat([Uint8Array.from(varint(content.length)), content]));
}

function text(number: number, content: string): Uint8Array {
  return bytes(number, new TextEncoder().encode(content));
}

function message(number: number, fields: readonly Uint8Array[]): Uint8Array {
  return bytes(number, Buffer.concat(fields));
}

function doubles(number: number, values: readonly number[]): Uint8Array {
  return bytes(number, new Uint8Array(Float64Array.from(values).buffer));
}

/** Castagnoli's polynomial, bits reversed. */
const POLYNOMIAL = 0x82f63b78;

const table = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ POLYNOMIAL : value >>> 1;
  return value;
});

/** CRC-32C (RFC 3720, section 12.1). */
export function crc32c(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = table[(crc ^ byte) & 0xff]! ^ (crc >>> 8);
  return (crc ^ 0xffffffff) >>> 0;
}

/** TensorFlow's masking, since a CRC of bytes that contain a CRC is weak. */
function maskedCrc32c(bytes: Uint8Array): number {
  const crc = crc32c(bytes);
  return (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
}
