import { elements } from '../core/shape.ts';
import type { SourceTensors } from './numbers.ts';
import { readPickle } from './pickle.ts';
import type { PickleDict } from './pickle-machine.ts';
import { quoted, type Refuse } from './refuse.ts';
import { type Storage, TorchTensor, torchWorld } from './torch-values.ts';
import { isZip, readZip } from './zip.ts';

// The pickled long 0x1950a86a20f9469cfc6c at the start of files of torch.save before version 1.6.
const legacyMagic = [0x8a, 0x0a, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19, 0x2e];

export function isTorchLegacy(bytes: Uint8Array): boolean {
  return legacyMagic.every((byte, i) => bytes[2 + i] === byte);
}

/**
 * Reads the tensors of a torch.save file: a state dict, or nested dicts, whose keys are joined by dots. Throws
 * UserError if the file is damaged or holds anything but plain data.
 */
export function readTorch(bytes: Uint8Array, refuse: Refuse): SourceTensors {
  const value = isZip(bytes) ? readTorchZip(bytes, refuse) : readTorchLegacy(bytes, refuse);
  const tensors = collect(value, refuse);
  assertNoSwelling(tensors, bytes, refuse);
  return tensors;
}

/** `<archive>/data.pkl`, and each storage's bytes in `<archive>/data/<key>`. */
function readTorchZip(bytes: Uint8Array, refuse: Refuse): unknown {
  const entries = readZip(bytes, path => /^[^/]+\/(data\.pkl|byteorder|data\/\w+)$/.test(path), refuse);
  const pickles = [...entries.keys()].filter(path => path.endsWith('/data.pkl'));
  const [path] = pickles;
  if (path === undefined || pickles.length > 1) {
    return refuse(
      `it is a zip file with ${pickles.length} entries called "data.pkl", expected one, as torch.save writes`,
    );
  }
  const archive = path.slice(0, -'data.pkl'.length);
  const order = entries.get(`${archive}byteorder`);
  if (order && new TextDecoder().decode(order) !== 'little') refuse('its numbers are not little-endian');
  const { world, storages } = torchWorld(refuse);
  const { value } = readPickle(entries.get(path)!, 0, world, refuse);
  for (const storage of storages.values()) {
    const data = entries.get(`${archive}data/${storage.key}`);
    if (!data) return refuse(`it lacks the storage ${quoted(storage.key)}`);
    fillStorage(storage, data, refuse);
  }
  return value;
}

/** Consecutive pickles: magic number, version, system, the value, storage keys; then the storages in that order. */
function readTorchLegacy(bytes: Uint8Array, refuse: Refuse): unknown {
  const { world, storages } = torchWorld(refuse);
  let at = 0;
  const next = (): unknown => {
    const { value, end } = readPickle(bytes, at, world, refuse);
    at = end;
    return value;
  };
  next();
  if (next() !== 1001) refuse('its version of the legacy format is unknown');
  const system = next();
  if (!(system instanceof Map) || system.get('little_endian') !== true) {
    refuse('its numbers are not little-endian');
  }
  const value = next();
  const keys = next();
  if (!Array.isArray(keys)) return refuse('its list of storages is damaged');
  for (const key of keys) {
    const storage = storages.get(key);
    if (!storage) return refuse('it has a storage that no tensor uses');
    const start = at + 8;
    at = start + storage.byteLength;
    fillStorage(storage, bytes.subarray(start, at), refuse);
  }
  return value;
}

function fillStorage(storage: Storage, bytes: Uint8Array, refuse: Refuse): void {
  if (bytes.length !== storage.byteLength) {
    refuse(
      `it is truncated: storage ${quoted(storage.key)} has ${bytes.length} of ${storage.byteLength} bytes`,
    );
  }
  storage.bytes = bytes;
}

const deepest = 5;

/** Collects tensors from nested dicts, such as {'state_dict': …, 'epoch': …}; other values are ignored. */
function collect(value: unknown, refuse: Refuse): Map<string, TorchTensor> {
  const tensors = new Map<string, TorchTensor>();
  const seen = new Set<unknown>();
  const visit = (dict: PickleDict, prefix: string, depth: number): void => {
    // A dict that is shared by several others is visited once; otherwise visits could multiply at each level.
    if (seen.has(dict) || depth > deepest) return;
    seen.add(dict);
    for (const [key, entry] of dict) {
      if (typeof key !== 'string' && typeof key !== 'number') continue;
      if (entry instanceof TorchTensor) tensors.set(`${prefix}${key}`, entry);
      else if (entry instanceof Map) visit(entry, `${prefix}${key}.`, depth + 1);
    }
  };
  if (!(value instanceof Map)) return refuse('it holds no state_dict, that is, no dict of tensors');
  visit(value, '', 1);
  return tensors;
}

/** Tensors may share storages, but a file whose tensors are together far larger than the file itself is an attack. */
function assertNoSwelling(
  tensors: ReadonlyMap<string, TorchTensor>,
  bytes: Uint8Array,
  refuse: Refuse,
): void {
  let total = 0;
  for (const { shape } of tensors.values()) total += elements(shape);
  if (total > bytes.length)
    refuse(`its tensors claim ${total} values, more than its ${bytes.length} bytes can hold`);
}
