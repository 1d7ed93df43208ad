import { messageOf, UserError } from '../core/errors.ts';
import { hdf5Library, openHdf5 } from './hdf5.ts';
import { type KerasWeight, readKerasWeights } from './keras-weights.ts';
import { quoted, refusing } from './refuse.ts';

/** Start data of the reading thread. */
export interface KerasThreadData {
  readonly bytes: Uint8Array;
  /** The file's name in messages. */
  readonly path: string;
}

/** Reads the weights of a Keras HDF5 file in this thread. Throws UserError if it is damaged or something else. */
export async function readKerasHere({ bytes, path }: KerasThreadData): Promise<KerasWeight[]> {
  const library = await hdf5Library;
  const refuse = refusing(path);
  try {
    const file = openHdf5(library, bytes, refuse);
    const weights = readKerasWeights(file, refuse);
    file.close();
    return weights;
  } catch (error) {
    if (error instanceof UserError) throw error;
    // Other errors that a damaged file can cause: the library's own, WebAssembly traps, an abort.
    const [line] = messageOf(error).split('\n');
    return refuse(`the HDF5 library can't read it (${quoted(line!)}); save or copy it again`);
  }
}
