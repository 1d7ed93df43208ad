import type { Image, Samples } from '../core/image.ts';
import type { Direction, ImagePair } from '../core/image-pair.ts';
import { mapAhead } from '../core/map-ahead.ts';
import type { Size } from '../core/sizes.ts';
import { loadPairWithChannels } from '../data/pair.ts';
import type { PairFiles } from '../data/pair-files.ts';
import { unlessBroken } from '../export/image-model.ts';
import { shownImage } from '../images/picture.ts';
import { areaResize } from '../images/resize.ts';
import { metricNames } from '../metrics/index.ts';
import type { Contestant } from './contestant.ts';
import { SignCollector, type Signs } from './diagnosis/signs.ts';
import { cacheFeatures } from './features/cache-features.ts';
import type { FeatureNetwork, Sight } from './features/feature-network.ts';
import { Limits } from './limits.ts';
import type { Reader } from './reader/reader.ts';
import { measurePicture, type PictureScores } from './score-pairs.ts';
import type { TrainingPhotos } from './training-photos.ts';

const READ_AHEAD = 4;

export interface Scoring {
  readonly direction: Direction;
  /** Height and width at which pictures are compared. */
  readonly size: Size;
  readonly reader: Reader | null;
  readonly network: FeatureNetwork | null;
  readonly training: TrainingPhotos | null;
  readonly onProgress?: ((phase: string, done: number, total: number) => void) | undefined;
  readonly onPicture?: OnPicture | undefined;
}

/**
 * Called for every picture as it is scored (null for NaN or infinite values), with its pair at full size; entries are
 * counted from 0.
 */
export type OnPicture = (
  entry: number,
  pair: ImagePair,
  picture: Image | null,
  truth: Image,
) => void | Promise<void>;

/** Scores and signs of the contestants' pictures, by contestant. */
export interface ContestantScores {
  readonly pictures: readonly (readonly PictureScores[])[];
  readonly signs: readonly Signs[];
  readonly notes: readonly string[];
}

/** Generates every pair's picture with every contestant, and scores it. */
export async function scoreContestants(
  contestants: readonly Contestant[],
  pairs: readonly PairFiles[],
  { direction, size, reader, training, onProgress, onPicture, ...scoring }: Scoring,
): Promise<ContestantScores> {
  const network = scoring.network && cacheFeatures(scoring.network, contestants.length + 1);
  const pictures: PictureScores[][] = contestants.map(() => []);
  const signs = contestants.map(() => new SignCollector());
  const limits = new Limits(size);
  let features: number | null = null;
  let done = 0;
  const learned = contestants.find(each => each.channels !== null)?.channels;
  const channels = learned ?? { condition: 3, target: 3 };
  const load = (files: PairFiles) => loadPairWithChannels(files, direction, channels);
  const shown = (image: Image<Samples>) => shownImage(areaResize(image, size[1], size[0]));
  for await (const pair of mapAhead(pairs, READ_AHEAD, load)) {
    const truth = shown(pair.target);
    const wanted = network && (await network.look(truth));
    const distance = training?.distance(truth, pair.name) ?? null;
    const scorers = { reader, network, training, wanted, distance };
    features = wanted?.features?.length ?? null;
    limits.sawTruth(pair.target, truth);
    for (const [i, contestant] of contestants.entries()) {
      const made = await unlessBroken(contestant.predict(pair));
      const picture = made && shown(made);
      if (made) limits.sawPicture(contestant, made);
      pictures[i]!.push(await scorePicture(pair, picture, truth, scorers));
      signs[i]!.add(picture, truth);
      await onPicture?.(i, pair, picture, truth);
    }
    onProgress?.('Evaluating', ++done, pairs.length);
  }
  return { pictures, signs: signs.map(each => each.signs()), notes: limits.notes(features) };
}

interface Scorers extends Pick<Scoring, 'reader' | 'network' | 'training'> {
  /** The network's features of the truth. */
  readonly wanted: Sight | null;
  /** The truth's distance to the nearest training picture. */
  readonly distance: number | null;
}

async function scorePicture(
  { name, condition }: ImagePair,
  picture: Image | null,
  truth: Image,
  { reader, network, training, wanted, distance }: Scorers,
): Promise<PictureScores> {
  if (!picture) return { name, values: nothing, confusion: null, features: null, training: null };
  const seen = network && (await network.look(picture));
  const lpips = seen && network!.distance(seen, wanted!);
  return {
    name,
    values: { ...measurePicture(picture, truth), ...(lpips !== null && { lpips }) },
    confusion: reader && (await reader.read(picture, shownImage(condition))),
    features: seen?.features ? { picture: seen.features, truth: wanted!.features! } : null,
    training: training && { picture: training.distance(picture, name), truth: distance! },
  };
}

const nothing = Object.fromEntries(metricNames.map(name => [name, null]));
