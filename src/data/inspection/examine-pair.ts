import { messageOf, UserError } from '../../core/errors.ts';
import { cropImage, type Image } from '../../core/image.ts';
import { describeSize } from '../../core/sizes.ts';
import { decodePicture } from '../../images/decoding/decode.ts';
import type { Picture } from '../../images/picture.ts';
import { filesOf, type PairFiles } from '../pair-files.ts';
import { type Fingerprint, imageHash } from './fingerprint.ts';
import { type Palette, paletteOf, visible } from './palette.ts';
import { type Registration, registrationOf } from './registration.ts';

/** The properties of one side of a pair; small enough to keep for a hundred thousand pairs. */
export interface SideFindings {
  readonly width: number;
  readonly height: number;
  readonly palette: Palette;
  readonly fingerprint: Fingerprint;
  /** Whether it is a single plain colour. */
  readonly blank: boolean;
}

/** The result of decoding and examining a pair. */
export type PairFindings = { readonly files: PairFiles } & (
  | { readonly state: 'unreadable'; readonly failures: readonly { file: string; reason: string }[] }
  | { readonly state: 'misshapen'; readonly reason: string }
  | {
      readonly state: 'sound';
      readonly a: SideFindings;
      readonly b: SideFindings;
      /** Undefined if the sides differ in size. */
      readonly registration: Registration | undefined;
    }
);

export async function examinePair(files: PairFiles): Promise<PairFindings> {
  const paths = filesOf(files);
  const pictures = await Promise.all(paths.map(decodeOrExplain));
  const failures = pictures.flatMap((picture, i) =>
    typeof picture === 'string' ? [{ file: paths[i]!, reason: picture }] : [],
  );
  if (failures.length > 0) return { files, state: 'unreadable', failures };
  return examineSides(files, pictures as Picture[]);
}

async function decodeOrExplain(path: string): Promise<Picture | string> {
  try {
    return await decodePicture(path);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    // "Cannot decode "x.png": the PNG file is …" → the part after the name.
    return messageOf(error).replace(/^Cannot \w+ ".*?": /, '');
  }
}

function examineSides(files: PairFiles, pictures: readonly Picture[]): PairFindings {
  const [first, second] = pictures as [Picture, Picture | undefined];
  const small = pictures.find(({ image: { width, height } }) => Math.min(width, height) < 2);
  if (small)
    return misshapen(files, `it is ${describeSize(small.image)}, and a side needs 2×2 pixels or more`);
  const { width, height } = first.image;
  if (!second && width !== 2 * height) {
    return misshapen(
      files,
      `it is ${describeSize(first.image)}, and a side-by-side pair is twice as wide as high`,
    );
  }
  const half = (left: number) => ({ ...first, image: cropImage(first.image, left, 0, height, height) });
  const [a, b] = second ? [first, second] : [half(0), half(height)];
  const [shownA, shownB] = [visible(a), visible(b)];
  const sameSize = shownA.width === shownB.width && shownA.height === shownB.height;
  return {
    files,
    state: 'sound',
    a: findingsOf(a, shownA),
    b: findingsOf(b, shownB),
    registration: sameSize ? registrationOf(shownA, shownB) : undefined,
  };
}

function misshapen(files: PairFiles, reason: string): PairFindings {
  return { files, state: 'misshapen', reason };
}

function findingsOf(picture: Picture, shown: Image): SideFindings {
  const { width, height } = shown;
  const palette = paletteOf(picture);
  return {
    width,
    height,
    palette,
    fingerprint: imageHash(shown),
    blank: !palette.indices && isBlank(shown),
  };
}

// How many levels a plain colour may vary because of JPEG compression.
const blankRange = 6;

function isBlank({ data, channels }: Image): boolean {
  for (let c = 0; c < channels; c++) {
    let [least, most] = [255, 0];
    for (let i = c; i < data.length; i += channels) {
      least = Math.min(least, data[i]!);
      most = Math.max(most, data[i]!);
      if (most - least > blankRange) return false;
    }
  }
  return true;
}
