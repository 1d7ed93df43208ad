import { UserError } from '../core/errors.ts';
import type { Image, Samples } from '../core/image.ts';
import { areaResize } from '../data/area-resize.ts';
import { isFolder } from '../data/folder.ts';

import { mapAhead } from '../data/map-ahead.ts';
import { type Direction, type ImagePair, loadPairWithChannels } from '../data/pair.ts';
import { findPairs, openPairs, type PairFiles, type Split } from '../data/pairing.ts';
import { shownImage } from '../data/picture.ts';
import type { Size } from '../data/transform.ts';
import type { DeviceName } from '../runtime/device.ts';
import { isCheckpoint } from '../train/checkpoint/read.ts';

import { isRunFolder } from '../train/run-config-file.ts';
import { copyBaseline, trainedBaselines, truthContestant } from './baselines.ts';
import { type Comparison, compareModels } from './compare.ts';
import type { Contestant } from './contestant.ts';
import { diagnosePictures } from './diagnosis/diagnose-pictures.ts';
import type { Finding } from './diagnosis/finding.ts';
import { SignCollector } from './diagnosis/signs.ts';
import { openModelContestant } from './model-contestant.ts';
import { openPicturesContestant } from './pictures-contestant.ts';
import { obtainReader } from './reader/obtain-reader.ts';
import type { Reader } from './reader/reader.ts';
import type { ReaderModel } from './reader/reader-file.ts';
import { type Entry, type PictureScores, scorePicture, summarize } from './score-pairs.ts';
import { type ScoreName, scoreNames, scores } from './scores.ts';

export interface EvaluationRequest {
  /** Run folders, weights files, or folders of pictures named after the pairs. */
  readonly models: readonly string[];
  /** Folder of image pairs. */
  readonly data: string;
  readonly split: Split;
  /** What pictures are compared at; null: the first model's size. */
  readonly size: Size | null;
  /** Null: the models'. */
  readonly direction: Direction | null;
  /** Whether to score what needs no training as well. */
  readonly baselines: boolean;
  /** File of a reader of label classes; one that is not there is trained and saved. Null: no segmentation score. */
  readonly reader: string | null;
  /** Of the intervals' resampling, and of a reader's training. */
  readonly seed: number;
  /** What models compute on; default: the processor. */
  readonly device?: DeviceName;
  readonly onProgress?: (phase: string, done: number, total: number) => void;
  /** Is shown every picture as it is scored, and its pair at full size; entries are counted from 0. */
  readonly onPicture?: (entry: number, pair: ImagePair, picture: Image) => void;
}

/** Everything that was found out, as plain data. */
export interface Evaluation {
  readonly data: string;
  readonly split: Split;
  /** What was recognised: `106 side-by-side pairs in "facades/test" …`. */
  readonly pairs: string;
  readonly direction: Direction;
  /** Height and width that pictures were compared at. */
  readonly size: Size;
  /** The scores that were computed, and how. */
  readonly scores: readonly ScoreName[];
  readonly protocol: Readonly<Partial<Record<ScoreName, string>>>;
  /** The models in the order asked for, then the baselines, then the truth. */
  readonly entries: readonly Entry[];
  readonly comparisons: readonly Comparison[];
  /** What is wrong with the models. */
  readonly findings: readonly Finding[];
  /** What read the classes, where something did. */
  readonly reader: ReaderModel['about'] | null;
}

/** Translates a split of a data set with each model and scores the results. Throws UserError for what can't be used. */
export async function evaluate(request: EvaluationRequest): Promise<Evaluation> {
  const { data, split, seed } = request;
  const contestants: Contestant[] = [];
  let reader: Reader | null = null;
  try {
    for (const path of request.models) contestants.push(await openContestant(path, request.device));
    const direction = agreedDirection(contestants, request.direction);
    const size = request.size ?? contestants.find(contestant => contestant.size)?.size ?? missingSize();
    const { pairs, description } = await openPairs(data, { split });
    reader = await obtainReader(request.reader, { ...request, direction, size });
    if (request.baselines) contestants.push(...(await openBaselines(request, direction, size)));
    if (reader) contestants.push(truthContestant());
    const signs = contestants.map(() => new SignCollector());
    const scored = await scoreAll(contestants, reader, signs, pairs, { ...request, direction, size });
    const entries = contestants.map((contestant, i) => summarize(contestant, scored[i]!, seed));
    const findings = await diagnose(contestants, entries, signs, { data, pairs });
    const names = scoreNames(reader !== null);
    return {
      data,
      split,
      pairs: description,
      direction,
      size,
      scores: names,
      protocol: Object.fromEntries(names.map(name => [name, scores[name].protocol])),
      entries,
      comparisons: compareModels(entries, names, seed),
      findings,
      reader: reader?.about ?? null,
    };
  } finally {
    for (const contestant of contestants) await contestant.close();
    await reader?.close();
  }
}

/** A folder that is no run and no checkpoint holds pictures. */
async function openContestant(path: string, device?: DeviceName): Promise<Contestant> {
  const holdsPictures = (await isFolder(path)) && !(await isRunFolder(path)) && !(await isCheckpoint(path));
  return holdsPictures ? openPicturesContestant(path) : openModelContestant(path, device);
}

/** Those that know the training pairs only where there are some. */
async function openBaselines(
  { data, onProgress }: EvaluationRequest,
  direction: Direction,
  size: Size,
): Promise<Contestant[]> {
  const training = await findPairs(data, { split: 'train' });
  if (!training) return [copyBaseline()];
  const report = (done: number, total: number) => onProgress?.('Reading training pairs', done, total);
  return [
    copyBaseline(),
    ...(await trainedBaselines(training.pairs, { direction, size, onProgress: report })),
  ];
}

/** By contestant, then by pair. */
async function scoreAll(
  contestants: readonly Contestant[],
  reader: Reader | null,
  signs: readonly SignCollector[],
  pairs: readonly PairFiles[],
  { direction, size, onProgress, onPicture }: Pick<EvaluationRequest, 'onProgress' | 'onPicture'> & Comparing,
): Promise<PictureScores[][]> {
  const scored: PictureScores[][] = contestants.map(() => []);
  let done = 0;
  const learned = contestants.find(each => each.channels !== null)?.channels;
  const channels = learned ?? { condition: 3, target: 3 };
  const load = (files: PairFiles) => loadPairWithChannels(files, direction, channels);
  const shown = (image: Image<Samples>) => shownImage(areaResize(image, size[1], size[0]));
  for await (const pair of mapAhead(pairs, READ_AHEAD, load)) {
    const truth = shown(pair.target);
    for (const [i, contestant] of contestants.entries()) {
      const picture = shown(await contestant.predict(pair));
      const confusion = reader && (await reader.read(picture, shownImage(pair.condition)));
      scored[i]!.push({ ...scorePicture(pair.name, picture, truth), confusion });
      signs[i]!.add(picture, truth);
      onPicture?.(i, pair, picture);
    }
    onProgress?.('Evaluating', ++done, pairs.length);
  }
  return scored;
}

interface Comparing {
  readonly direction: Direction;
  readonly size: Size;
}

const READ_AHEAD = 4;

/** The models' faults, in the order of the table. */
async function diagnose(
  contestants: readonly Contestant[],
  entries: readonly Entry[],
  signs: readonly SignCollector[],
  { data, pairs }: { readonly data: string; readonly pairs: readonly PairFiles[] },
): Promise<Finding[]> {
  const baselines = entries.filter(({ kind }) => kind === 'baseline');
  const train = (await findPairs(data, { split: 'train' }))?.pairs ?? [];
  const findings: Finding[] = [];
  for (const [i, contestant] of contestants.entries()) {
    if (contestant.kind === 'baseline' || contestant.kind === 'truth') continue;
    findings.push(...diagnosePictures(entries[i]!, signs[i]!.signs(), baselines));
    findings.push(...((await contestant.diagnose?.({ train, test: pairs })) ?? []));
  }
  return findings;
}

/** Scores of opposite tasks can't stand in one table. */
function agreedDirection(contestants: readonly Contestant[], asked: Direction | null): Direction {
  const learned = contestants.filter(contestant => contestant.direction !== null);
  const direction = asked ?? learned[0]?.direction;
  if (!direction) {
    throw new UserError(
      'Cannot tell which side the pictures stand for: add --direction AtoB or --direction BtoA',
    );
  }
  const other = learned.find(contestant => contestant.direction !== direction);
  if (!other) return direction;
  throw new UserError(
    `Cannot evaluate "${other.name}" for ${direction}: it has learned ${other.direction}; evaluate it by itself`,
  );
}

function missingSize(): never {
  throw new UserError('Cannot tell at which size to compare the pictures: add --size, such as --size 256');
}
