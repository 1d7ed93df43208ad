import * as z from 'zod';
import { UserError } from '../core/errors.ts';
import { elements, type Shape, showShape } from '../core/shape.ts';

// Format: https://huggingface.co/docs/safetensors — u64 header length, JSON header, tensors without gaps.

export interface WeightTensor {
  readonly shape: Shape;
  readonly data: Float32Array;
}

export type WeightsMap = ReadonlyMap<string, WeightTensor>;

const lengthBytes = 8;
const bytesPerValue = 4;
const largestHeader = 100_000_000;
const bytesPer: Readonly<Record<string, number>> = {
  ...{ F64: 8, F32: bytesPerValue, F16: 2, BF16: 2 },
  ...{ I64: 8, U64: 8, I32: 4, U32: 4, I16: 2, U16: 2, I8: 1, U8: 1, BOOL: 1 },
};

const entrySchema = z.object({
  dtype: z.string(),
  shape: z.array(z.int().min(0)),
  data_offsets: z.tuple([z.int().min(0), z.int().min(0)]),
});
const headerSchema = z.record(z.string(), z.unknown());
const metadataSchema = z.record(z.string(), z.string());

type Entry = z.infer<typeof entrySchema>;

/** The header of a safetensors file, padded so that the tensors, in the map's order, start at a multiple of 8 bytes. */
export function safetensorsHeader(
  tensors: WeightsMap,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array {
  const entries: Record<string, unknown> = Object.keys(metadata).length > 0 ? { __metadata__: metadata } : {};
  let offset = 0;
  for (const [name, { shape, data }] of tensors) {
    if (data.length !== elements(shape)) {
      throw new Error(`Cannot store "${name}" as ${showShape(shape)}: it has ${data.length} values`);
    }
    entries[name] = { dtype: 'F32', shape, data_offsets: [offset, offset + data.byteLength] };
    offset += data.byteLength;
  }
  const json = new TextEncoder().encode(JSON.stringify(entries));
  const header = new Uint8Array(lengthBytes + Math.ceil(json.length / 8) * 8).fill(0x20);
  new DataView(header.buffer).setBigUint64(0, BigInt(header.length - lengthBytes), true);
  header.set(json, lengthBytes);
  return header;
}

/** A whole safetensors file in memory. */
export function encodeWeights(
  tensors: WeightsMap,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array {
  const header = safetensorsHeader(tensors, metadata);
  const total = [...tensors.values()].reduce((sum, { data }) => sum + data.byteLength, header.length);
  const file = new Uint8Array(total);
  file.set(header);
  let offset = header.length;
  for (const { data } of tensors.values()) {
    file.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), offset);
    offset += data.byteLength;
  }
  return file;
}

/** A tensor as stored in a file. */
export interface RawTensor {
  /** Such as F32 or I64. */
  readonly dtype: string;
  readonly shape: Shape;
  /** Its values, little-endian. */
  readonly bytes: Uint8Array;
}

/**
 * Float32 tensors of a safetensors file, as views of `bytes` where alignment allows it. `name` is used in messages.
 * Throws {@link UserError} if the header, a shape or an offset is wrong, or a tensor isn't float32.
 */
export function decodeWeights(
  bytes: Uint8Array,
  name = 'the weights',
): { tensors: Map<string, WeightTensor>; metadata: Record<string, string> } {
  const refuse = (reason: string): never => {
    throw new UserError(`Cannot read weights ${name}: ${reason}`);
  };
  const { tensors, metadata } = decodeTensors(bytes, refuse);
  const decoded = [...tensors].map(([key, { dtype, shape, bytes }]) => {
    if (dtype !== 'F32') refuse(`tensor "${key}" is ${dtype}, and only F32 is read`);
    return [key, { shape, data: floats(bytes) }] as const;
  });
  return { tensors: new Map(decoded), metadata };
}

/** Tensors of any number type, as views of `bytes`. Calls `refuse` if the header, a shape or an offset is wrong. */
export function decodeTensors(
  bytes: Uint8Array,
  refuse: (reason: string) => never,
): { tensors: Map<string, RawTensor>; metadata: Record<string, string> } {
  const dataStart = lengthBytes + headerLength(bytes, refuse);
  const { __metadata__: rawMetadata = {}, ...rest } = parseHeader(
    bytes.subarray(lengthBytes, dataStart),
    refuse,
  );
  const metadata = metadataSchema.safeParse(rawMetadata).data ?? refuse('its metadata is not text');
  const entries = Object.entries(rest).map(([key, value]): [string, Entry] => {
    const entry =
      entrySchema.safeParse(value).data ?? refuse(`tensor "${key}" lacks a type, a shape or offsets`);
    return [key, entry];
  });
  assertTiles(entries, bytes.length - dataStart, refuse);
  const tensors = entries.map(([key, { dtype, shape, data_offsets }]) => {
    const [start, end] = data_offsets.map(offset => dataStart + offset);
    return [key, { dtype, shape, bytes: bytes.subarray(start, end) }] as const;
  });
  return { tensors: new Map(tensors), metadata };
}

type Refuse = (reason: string) => never;

function headerLength(bytes: Uint8Array, refuse: Refuse): number {
  if (bytes.length < lengthBytes) return refuse(`it is not a safetensors file (${bytes.length} bytes)`);
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
  if (length > largestHeader || bytes[lengthBytes] !== 0x7b) return refuse('it is not a safetensors file');
  if (length > bytes.length - lengthBytes) {
    return refuse(`the file is truncated: it ends inside its header, after ${bytes.length} bytes`);
  }
  return length;
}

function parseHeader(json: Uint8Array, refuse: Refuse): Record<string, unknown> {
  try {
    return headerSchema.parse(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(json)));
  } catch {
    return refuse('its header is damaged; copy the file again');
  }
}

/** Tensors must have the lengths that their shapes imply, and cover the data without gap or overlap. */
function assertTiles(entries: readonly [string, Entry][], dataLength: number, refuse: Refuse): void {
  const byStart = entries.toSorted(
    ([, a], [, b]) => a.data_offsets[0] - b.data_offsets[0] || a.data_offsets[1] - b.data_offsets[1],
  );
  let covered = 0;
  for (const [key, { dtype, shape, data_offsets }] of byStart) {
    const [start, end] = data_offsets;
    const size = bytesPer[dtype] ?? refuse(`tensor "${key}" is of unknown type "${dtype}"`);
    if (end - start !== elements(shape) * size) {
      refuse(`tensor "${key}" of shape ${showShape(shape)} has ${end - start} bytes`);
    }
    if (start < covered) refuse(`tensor "${key}" overlaps another`);
    if (start > covered) refuse(`tensor "${key}" follows a gap`);
    covered = end;
  }
  if (covered > dataLength) {
    refuse(`the file is truncated: ${covered - dataLength} of ${covered} bytes of tensors are missing`);
  }
  if (covered < dataLength) refuse(`${dataLength - covered} bytes follow the last tensor`);
}

function floats(bytes: Uint8Array): Float32Array {
  const aligned = bytes.byteOffset % bytesPerValue === 0 ? bytes : bytes.slice();
  return new Float32Array(aligned.buffer, aligned.byteOffset, bytes.length / bytesPerValue);
}
