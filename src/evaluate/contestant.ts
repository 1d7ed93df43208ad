import { UserError } from '../core/errors.ts';
import type { Image, Samples } from '../core/image.ts';
import type { Channels, Direction, ImagePair } from '../core/image-pair.ts';
import type { Size } from '../data/loading/transform.ts';
import type { PairFiles } from '../data/pair-files.ts';
import { imagesIn } from '../files/folder.ts';
import { decodeImage } from '../images/decoding/decode.ts';
import type { Finding } from './diagnosis/finding.ts';

/** Something that makes pictures from conditions, to be scored against their truths. */
export interface Contestant {
  readonly name: string;
  readonly kind: 'model' | 'pictures' | 'baseline' | 'truth';
  /** How its pictures come about, for the report. */
  readonly about: string;
  /** The size that it works at, and the direction that it has learned; null where any will do. */
  readonly size: Size | null;
  readonly direction: Direction | null;
  /** The channels that it takes and makes; null where any will do. */
  readonly channels: Channels | null;
  /** The picture for a pair's condition, both of any size. Throws UserError where there is none. */
  predict(pair: ImagePair): Promise<Image<Samples>>;
  /** Where the weights are at hand: what else shows that something is wrong. */
  diagnose?(pairs: DiagnosisPairs): Promise<Finding[]>;
  close(): Promise<void>;
}

export interface DiagnosisPairs {
  /** None where the data has no training pairs. */
  readonly train: readonly PairFiles[];
  /** Those that are being scored. */
  readonly test: readonly PairFiles[];
}

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
