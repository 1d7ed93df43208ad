import { type Depth, depthOf, depths } from '../core/image.ts';
import { colorsOf, type Picture } from '../images/picture.ts';
import { shareClasses } from './inspection/common-colors.ts';
import { commonIndices, type Palette, paletteOf } from './inspection/palette.ts';
import { loadSample } from './pair.ts';
import type { PairFiles } from './pair-files.ts';

/** Properties of one side's pictures, from a sample of them. */
export interface SideFacts {
  /** Colour channels of the picture that has most. */
  readonly channels: number;
  /** The greatest depth. */
  readonly depth: Depth;
  /** Whether any picture has an opacity channel. */
  readonly alpha: boolean;
  /** Whether at least three quarters are label maps: flat areas of few colours, the same ones in all of them. */
  readonly labelMaps: boolean;
  /** The largest class index, if all label maps use gray levels as class indices; otherwise null. */
  readonly highestIndex: number | null;
  /** Whether a label map of 16 bits has class indices up to 255 as levels, so that the classes hardly differ. */
  readonly faintIndices: boolean;
}

export interface PairFacts {
  readonly a: SideFacts;
  readonly b: SideFacts;
  /** Aspect ratio (width / height) of the narrowest and of the widest picture. */
  readonly aspectRatios: readonly [narrowest: number, widest: number];
}

const pairsLookedAt = 12;

/** Decodes a few evenly spaced pairs of a data set. Undefined if none of them can be read. */
export async function samplePairFacts(pairs: readonly PairFiles[]): Promise<PairFacts | undefined> {
  const sides: [a: Picture, b: Picture][] = [];
  for await (const loaded of loadSample(pairs, pairsLookedAt)) sides.push(loaded);
  if (sides.length === 0) return undefined;
  const ratios = sides.map(([{ image }]) => image.width / image.height);
  return {
    a: factsOf(sides.map(([a]) => a)),
    b: factsOf(sides.map(([, b]) => b)),
    aspectRatios: [Math.min(...ratios), Math.max(...ratios)],
  };
}

function factsOf(pictures: readonly Picture[]): SideFacts {
  const palettes = pictures.map(paletteOf);
  const labelMaps = palettes.filter(({ kind }) => kind === 'label map');
  return {
    channels: Math.max(...pictures.map(colorsOf)),
    depth: [...depths].reverse().find(depth => pictures.some(({ image }) => depthOf(image) === depth)) ?? 8,
    alpha: pictures.some(({ alpha }) => alpha),
    labelMaps: 4 * labelMaps.length >= 3 * pictures.length && shareClasses(labelMaps),
    highestIndex: commonIndices(labelMaps)?.at(-1) ?? null,
    faintIndices: pictures.some((picture, i) => isFaint(picture, palettes[i]!)),
  };
}

function isFaint({ image }: Picture, { indices, levelsPerIndex }: Palette): boolean {
  return depthOf(image) === 16 && levelsPerIndex === 1 && indices !== null && indices.at(-1)! <= 255;
}
