import h5wasm, { Dataset, type File, Group } from 'h5wasm';
import { elements } from '../core/shape.ts';
import type { Refuse } from './refuse.ts';

/** An array in an HDF5 file. */
export interface Hdf5Array {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** An open HDF5 file, without access to anything outside of it. */
export interface Hdf5File {
  /** Names in the group at `path`, in alphabetical order; empty if there is no group. */
  names(path: string): string[];
  /** An attribute of the group at `path` that is a list of strings; null if there is none. */
  texts(path: string, attribute: string): string[] | null;
  /** The dataset at `path`, or null. */
  array(path: string): Hdf5Array | null;
  close(): void;
}

const floatClass = 1;
let opened = 0;
/** Limit of values per byte of the file: weights hardly compress, so more would be an attack. */
const mostExpansion = 16;

/**
 * Opens an HDF5 file in the memory of the HDF5 library's WebAssembly build, where external links can't access the disk.
 * The library is {@link hdf5Library}. A damaged file can make it throw anything.
 */
export function openHdf5({ FS }: Awaited<typeof h5wasm.ready>, bytes: Uint8Array, refuse: Refuse): Hdf5File {
  // The library caches files by name, so each needs a unique one.
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

/** The HDF5 library; resolves once it is compiled. */
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
  // h5py stores an empty list without the type string.
  if (total_size === 0) return [];
  const value = attribute.value;
  const isTexts = Array.isArray(value) && value.every(each => typeof each === 'string');
  return isTexts ? (value as string[]) : refuse(`its attribute "${name}" is not a list of names`);
}

function arrayOf(dataset: Dataset, path: string, budget: { left: number }, refuse: Refuse): Hdf5Array {
  const { shape, type, size, littleEndian } = dataset.metadata;
  const isFloat = type === floatClass && (size === 4 || size === 8) && littleEndian;
  if (!shape || !isFloat) return refuse(`its dataset "${path}" holds no float32 or float64 numbers`);
  budget.left -= elements(shape) * size;
  if (!(budget.left >= 0)) refuse(`its dataset "${path}" claims far more values than the file can hold`);
  const values = dataset.value;
  if (!(values instanceof Float32Array || values instanceof Float64Array)) {
    return refuse(`its dataset "${path}" can't be read`);
  }
  return { shape, data: Float32Array.from(values) };
}
