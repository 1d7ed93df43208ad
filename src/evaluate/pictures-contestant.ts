import { UserError } from '../core/errors.ts';
import { imagesIn } from '../files/folder.ts';
import { decodeImage } from '../images/decoding/decode.ts';
import type { Contestant } from './contestant.ts';

/** Pictures that were made elsewhere: a folder with one named after each pair. */
export async function openPicturesContestant(folder: string): Promise<Contestant> {
  const images = await imagesIn(folder);
  if (images.length === 0) {
    throw new UserError(
      `Cannot evaluate "${folder}": it is no run, and it holds no pictures; pass a run folder, one of its weights files, ` +
        'or a folder with a picture named after each pair',
    );
  }
  const byName = new Map(images.map(({ name, path }) => [name, path]));
  return {
    name: folder,
    kind: 'pictures',
    about: 'pictures made elsewhere, matched by name',
    size: null,
    direction: null,
    channels: null,
    predict: async ({ name }) => decodeImage(byName.get(name) ?? missing(folder, name)),
    close: async () => {},
  };
}

function missing(folder: string, name: string): never {
  throw new UserError(
    `Cannot evaluate "${folder}": it has no picture for pair "${name}"; name each picture after its pair, such as "${name}.png"`,
  );
}
