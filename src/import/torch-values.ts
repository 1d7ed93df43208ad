import { elements, showShape } from '../core/shape.ts';
import { bytesPerNumber, type NumberFormat, type SourceTensor, toFloat32 } from './numbers.ts';
import type { PickleDict, PickleWorld } from './pickle-machine.ts';
import { quoted, type Refuse } from './refuse.ts';

/** A storage class that a pickle names. */
class StorageType {
  constructor(
    readonly format: NumberFormat,
    readonly bytesPerNumber: number,
  ) {}
}

/** Values that tensors are views of; their bytes are elsewhere in the file, under `key`. */
export class Storage {
  bytes: Uint8Array | null = null;

  constructor(
    readonly type: StorageType,
    readonly key: string,
    readonly length: number,
  ) {}

  get byteLength(): number {
    return this.length * this.type.bytesPerNumber;
  }
}

/** A strided view of a storage. Offset and strides count elements, as in PyTorch. */
export class TorchTensor implements SourceTensor {
  constructor(
    private readonly storage: Storage,
    private readonly offset: number,
    readonly shape: readonly number[],
    private readonly strides: readonly number[],
    private readonly refuse: Refuse,
  ) {}

  read(): Float32Array {
    const { bytes, type } = this.storage;
    if (bytes === null) return this.refuse(`it lacks the storage ${quoted(this.storage.key)}`);
    const [start, end] = [this.offset, lastOf(this.offset, this.shape, this.strides) + 1];
    const size = type.bytesPerNumber;
    const values = toFloat32(bytes.subarray(start * size, end * size), type.format, this.refuse);
    const count = elements(this.shape);
    const result = new Float32Array(count);
    const index = new Array<number>(this.shape.length).fill(0);
    for (let position = 0, at = 0; position < count; position++) {
      result[position] = values[at]!;
      for (let axis = index.length - 1; axis >= 0; axis--) {
        at += this.strides[axis]!;
        if (++index[axis]! < this.shape[axis]!) break;
        at -= index[axis]! * this.strides[axis]!;
        index[axis] = 0;
      }
    }
    return result;
  }
}

const floatTypes = {
  DoubleStorage: 'F64',
  FloatStorage: 'F32',
  HalfStorage: 'F16',
  BFloat16Storage: 'BF16',
} as const;
const integerTypes = {
  LongStorage: 8,
  IntStorage: 4,
  ShortStorage: 2,
  CharStorage: 1,
  ByteStorage: 1,
  BoolStorage: 1,
} as const;

const storageTypes: readonly (readonly [string, StorageType])[] = [
  ...Object.entries(floatTypes).map(
    ([name, format]) => [`torch.${name}`, new StorageType(format, bytesPerNumber[format])] as const,
  ),
  ...Object.entries(integerTypes).map(
    ([name, size]) => [`torch.${name}`, new StorageType('integer', size)] as const,
  ),
];

/** The world for the pickle of a state dict: ordered dicts, tensors and their storages. */
export function torchWorld(refuse: Refuse): {
  readonly world: PickleWorld;
  /** The storages found so far, by key. */
  readonly storages: ReadonlyMap<string, Storage>;
} {
  const storages = new Map<string, Storage>();
  const rebuildTensor = (args: readonly unknown[]) => tensorOf(args, refuse);
  const globals = new Map<string, unknown>([
    ['collections.OrderedDict', (args: readonly unknown[]) => dictOf(args, refuse)],
    ['torch._utils._rebuild_tensor', rebuildTensor],
    ['torch._utils._rebuild_tensor_v2', rebuildTensor],
    ['torch._utils._rebuild_parameter', ([tensor]: readonly unknown[]) => tensor],
    ...storageTypes,
  ]);
  const persistent = ([kind, type, key, , length, view]: readonly unknown[]): Storage => {
    const valid = kind === 'storage' && type instanceof StorageType && typeof key === 'string';
    if (!valid || !isCount(length) || (view ?? null) !== null) {
      return refuse('its pickle describes a storage in an unknown way');
    }
    const known = storages.get(key);
    if (known && (known.type !== type || known.length !== length)) {
      return refuse(`its pickle describes storage ${quoted(key)} in two ways`);
    }
    const storage = known ?? new Storage(type, key, length);
    storages.set(key, storage);
    return storage;
  };
  return { world: { globals, persistent }, storages };
}

/** `OrderedDict()`, or, in Python 2, with a list of pairs. */
function dictOf([pairs]: readonly unknown[], refuse: Refuse): PickleDict {
  if (pairs === undefined) return new Map();
  const fits = Array.isArray(pairs) && pairs.every(pair => Array.isArray(pair) && pair.length === 2);
  return fits ? new Map(pairs) : refuse('its pickle is damaged');
}

const mostAxes = 8;

function tensorOf([storage, offset, shape, strides]: readonly unknown[], refuse: Refuse): TorchTensor {
  if (!(storage instanceof Storage) || !isCount(offset) || !areCounts(shape) || !areCounts(strides)) {
    return refuse('its pickle describes a tensor in an unknown way');
  }
  const count = elements(shape);
  const fits =
    shape.length === strides.length && (count === 0 || lastOf(offset, shape, strides) < storage.length);
  // A stride of 0 repeats values; it could make a tensor far larger than its storage.
  if (!fits || count > storage.length) {
    return refuse(`a tensor of shape ${showShape(shape)} exceeds its storage of ${storage.length} values`);
  }
  return new TorchTensor(storage, offset, shape, strides, refuse);
}

/** The index of a tensor's last element in the storage. */
function lastOf(offset: number, shape: readonly number[], strides: readonly number[]): number {
  return shape.reduce((last, size, axis) => last + (size - 1) * strides[axis]!, offset);
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function areCounts(values: unknown): values is number[] {
  return Array.isArray(values) && values.length <= mostAxes && values.every(isCount);
}
