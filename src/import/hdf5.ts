import h5wasm, { Dataset, type File, Group } from 'h5wasm';
import { elements } from '../core/shape.ts';
import type { Refuse } from './refuse.ts';

/** Numbers of an HDF5 file. */
export interface Hdf5Array {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** An open HDF5 file: what its groups hold, without a way to anything outside of it. */
export interface Hdf5File {
  /** Names in the group at `path`, alphabetically; none where there is no group. */
  names(path: string): string[];
  /** A list of texts that the group at `path` carries as an attribute; null where there is none. */
  texts(path: string, attribute: string): string[] | null;
  /** The dataset at `path`, or null. */
  array(path: string): Hdf5Array | null;
  close(): void;
}

const floatClass = 1;
let opened = 0;
/** More values than a file has bytes times this are a trick: weights hardly compress. */
const mostExpansion = 16;

/**
 * Opens an HDF5 file, copied into the memory of the WebAssembly build of the HDF5 library, where no external link
 * leads to the disk. `library` has to be {@link hdf5Library}'s. A damaged file can make the library throw anything.
 */
export function openHdf5({ FS }: Awaited<typeof h5wasm.ready>, bytes: Uint8Array, refuse: Refuse): Hdf5File {
  // The library keeps what it knows of a file by its name, so that each needs one of its own.
  const inMemory = `/model-${opened++}.h5`;
  FS.writeFile(inMemory, bytes);
  const file = new h5wasm.File(inMemory, 'r');
  if (file.file_id < 0n) refuse('its HDF5 header is damaged or truncated');
  const budget = { left: mostExpansion * bytes.length };
  return {
    names: path => (find(file, path) instanceof Group ? (find(file, path) as Group).keys().sort() : []),
    texts: (path, attribute) => textsOf(find(file, path), attribute, bytes.length, refuse),
    array: path => {
      const dataset = find(file, path);
      return dataset instanceof Dataset ? arrayOf(dataset, path, budget, refuse) : null;
    },
    close: () => {
      file.close();
      FS.unlink(inMemory);
    },
  };
}

/** Ready once the library is compiled. */
export const hdf5Library = h5wasm.ready;

function find(file: File, path: string): unknown {
  return path === '/' ? file : file.get(path);
}

function textsOf(group: unknown, name: string, mostBytes: number, refuse: Refuse): string[] | null {
  if (!(group instanceof Group)) return null;
  const attribute = group.attrs[name];
  if (!attribute) return null;
  const { size, total_size } = attribute.metadata;
  if (size * total_size > mostBytes) refuse(`its attribute "${name}" is larger than the file`);
  // Of an empty list, h5py doesn't know that it would be one of texts.
  if (total_size === 0) return [];
  const value = attribute.value;
  const isTexts = Array.isArray(value) && value.every(each => typeof each === 'string');
  return isTexts ? (value as string[]) : refuse(`its attribute "${name}" is no list of names`);
}

function arrayOf(dataset: Dataset, path: string, budget: { left: number }, refuse: Refuse): Hdf5Array {
  const { shape, type, size, littleEndian } = dataset.metadata;
  const isFloat = type === floatClass && (size === 4 || size === 8) && littleEndian;
  if (!shape || !isFloat) return refuse(`its dataset "${path}" holds no float32 or float64 numbers`);
  budget.left -= elements(shape) * size;
  if (!(budget.left >= 0)) refuse(`its dataset "${path}" claims far more numbers than the file can hold`);
  const values = dataset.value;
  if (!(values instanceof Float32Array || values instanceof Float64Array)) {
    return refuse(`its dataset "${path}" can't be read`);
  }
  return { shape, data: Float32Array.from(values) };
}
