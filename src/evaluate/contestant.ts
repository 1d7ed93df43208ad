import { UserError } from '../core/errors.ts';
import type { Image, Samples } from '../core/image.ts';
import type { Channels, Direction, ImagePair } from '../core/image-pair.ts';
import type { Size } from '../core/sizes.ts';
import type { PairFiles } from '../data/pair-files.ts';
import { imagesIn } from '../files/folder.ts';
import { decodeImage } from '../images/decoding/decode.ts';
import type { Finding } from './diagnosis/finding.ts';

/** Anything that makes pictures from conditions, to be scored against the truth. */
export interface Contestant {
  readonly name: string;
  readonly kind: 'model' | 'pictures' | 'baseline' | 'truth';
  /** How its pictures are made, for the report. */
  readonly about: string;
  /** The size and direction that it was trained for; null: any. */
  readonly size: Size | null;
  readonly direction: Direction | null;
  /** Its input and output channels; null: any. */
  readonly channels: Channels | null;
  /** The picture for a pair's condition, both of any size. Throws UserError if there is none. */
  predict(pair: ImagePair): Promise<Image<Samples>>;
  /** Further diagnosis, if the weights are available. */
  diagnose?(pairs: DiagnosisPairs): Promise<Finding[]>;
  close(): Promise<void>;
}

export interface DiagnosisPairs {
  /** Empty if the data has no training pairs. */
  readonly train: readonly PairFiles[];
  /** The pairs being scored. */
  readonly test: readonly PairFiles[];
}

/** Pictures made by another program: a folder with one named after each pair. */
export async function openPicturesContestant(folder: string): Promise<Contestant> {
  const images = await imagesIn(folder);
  if (images.length === 0) {
    throw new UserError(
      `Cannot evaluate "${folder}": it is neither a run nor a folder of images; pass a run folder, one of its weights files, ` +
        'or a folder with an image named after each pair',
    );
  }
  const byName = new Map(images.map(({ name, path }) => [name, path]));
  return {
    name: folder,
    kind: 'pictures',
    about: 'images from a folder, matched by name',
    size: null,
    direction: null,
    channels: null,
    predict: async ({ name }) => decodeImage(byName.get(name) ?? missing(folder, name)),
    close: async () => {},
  };
}

function missing(folder: string, name: string): never {
  throw new UserError(
    `Cannot evaluate "${folder}": it has no image for pair "${name}"; name each image after its pair, such as "${name}.png"`,
  );
}
