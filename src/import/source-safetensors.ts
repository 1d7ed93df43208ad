import { decodeTensors } from '../formats/safetensors.ts';
import {
  bytesPerNumber,
  type NumberFormat,
  type SourceTensor,
  type SourceTensors,
  toFloat32,
} from './numbers.ts';
import type { Refuse } from './refuse.ts';

const lengthBytes = 8;

/** Whether a JSON object begins where a safetensors header would. */
export function isSafetensors(bytes: Uint8Array): boolean {
  return bytes[lengthBytes] === 0x7b;
}

/** Reads tensors of any number type, and the metadata, of a safetensors file. */
export function readSafetensors(
  bytes: Uint8Array,
  refuse: Refuse,
): { readonly tensors: SourceTensors; readonly metadata: Readonly<Record<string, string>> } {
  const { tensors, metadata } = decodeTensors(bytes, refuse);
  const sources = [...tensors].map(([name, { dtype, shape, bytes }]): [string, SourceTensor] => {
    const format: NumberFormat = Object.hasOwn(bytesPerNumber, dtype)
      ? (dtype as keyof typeof bytesPerNumber)
      : 'integer';
    return [name, { shape, read: () => toFloat32(bytes, format, refuse) }];
  });
  return { tensors: new Map(sources), metadata };
}
