import type { Hdf5Array, Hdf5File } from './hdf5.ts';
import type { Refuse } from './refuse.ts';

/** One array of a Keras model. */
export interface KerasWeight extends Hdf5Array {
  readonly name: string;
  readonly role: KerasRole;
}

const kerasRoles = ['kernel', 'bias', 'gamma', 'beta', 'moving_mean', 'moving_variance'] as const;
export type KerasRole = (typeof kerasRoles)[number];

const mostArrays = 2000;

/**
 * The arrays of all convolutions and batch norms, in the order of the layers, from any of Keras' layouts: that of
 * `save_weights('….h5')` up to Keras 2, that of `save('….h5')`, and `….weights.h5` of Keras 3.
 */
export function readKerasWeights(file: Hdf5File, refuse: Refuse): KerasWeight[] {
  for (const root of ['/', '/model_weights']) {
    const layers = file.texts(root, 'layer_names');
    if (layers) return namedWeights(file, root, layers, refuse);
  }
  const roots = ['/layers', '/_layer_checkpoint_dependencies'].filter(path => file.names(path).length > 0);
  if (roots.length === 0) return refuse('it is an HDF5 file without weights of a Keras model');
  return roots.flatMap(root => storedVariables(file, root, refuse));
}

/** The older layouts list their layers in order, and for each layer its weights: "conv2d/kernel:0". */
function namedWeights(
  file: Hdf5File,
  root: string,
  layers: readonly string[],
  refuse: Refuse,
): KerasWeight[] {
  const weights: KerasWeight[] = [];
  for (const layer of layers) {
    for (const name of file.texts(join(root, layer), 'weight_names') ?? []) {
      const array = file.array(join(root, layer, name));
      if (!array) return refuse(`its weight "${name}" is missing`);
      const role = kerasRoles.find(each => each === name.split('/').at(-1)!.replace(/:\d+$/, ''));
      if (!role) return refuse(`its weight "${name}" belongs to no convolution or batch norm`);
      weights.push({ name, role, ...array });
      if (weights.length > mostArrays) refuse(`it has more than ${mostArrays} weights`);
    }
  }
  return weights;
}

/** Keras 3 numbers the layers of a class, conv2d, conv2d_1, …, and the variables within each, in order. */
function storedVariables(file: Hdf5File, root: string, refuse: Refuse): KerasWeight[] {
  const weights: KerasWeight[] = [];
  let visited = 0;
  const visit = (path: string, depth: number): void => {
    const names = file.names(path).sort(byNumber);
    visited += names.length;
    if (visited > mostArrays || depth > 8)
      refuse(`it has more than ${mostArrays} groups, or they are nested endlessly`);
    for (const name of names) {
      if (name === 'seed_generator') continue; // of a dropout layer
      if (name === 'vars') weights.push(...layerWeights(file, path, refuse));
      else visit(join(path, name), depth + 1);
    }
  };
  visit(root, 0);
  return weights;
}

function layerWeights(file: Hdf5File, layer: string, refuse: Refuse): KerasWeight[] {
  const paths = file
    .names(join(layer, 'vars'))
    .sort(byNumber)
    .map(name => join(layer, 'vars', name));
  const arrays = paths.map(path => file.array(path) ?? refuse(`its dataset "${path}" can't be read`));
  const roles = arrays[0]?.shape.length === 4 ? kerasRoles.slice(0, 2) : kerasRoles.slice(2);
  return arrays.map((array, i) => {
    const role = roles[i] ?? refuse(`its layer "${layer}" is neither a convolution nor a batch norm`);
    return { name: paths[i]!.slice(1), role, ...array };
  });
}

/** "conv2d" before "conv2d_2" before "conv2d_10". */
function byNumber(a: string, b: string): number {
  const [nameA, numberA] = split(a);
  const [nameB, numberB] = split(b);
  return nameA < nameB ? -1 : nameA > nameB ? 1 : numberA - numberB;
}

function split(name: string): [string, number] {
  const [, stem = name, number = '-1'] = /^(.*?)_?(\d+)$/.exec(name) ?? [];
  return [stem, Number(number)];
}

function join(...parts: readonly string[]): string {
  return parts.join('/').replaceAll(/\/+/g, '/');
}
