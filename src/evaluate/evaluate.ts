import { UserError } from '../core/errors.ts';
import { readExamples } from '../data/examples.ts';
import { isFolder } from '../data/folder.ts';
import type { Direction } from '../data/pair.ts';
import { openPairs, type PairFiles, type Split } from '../data/pairing.ts';
import { resizeOnly, type Size } from '../data/transform.ts';
import { type MetricName, metricNames, metrics } from '../metrics/index.ts';
import { isRunFolder } from '../train/run-config-file.ts';
import type { Contestant } from './contestant.ts';
import { openModelContestant } from './model-contestant.ts';
import { openPicturesContestant } from './pictures-contestant.ts';
import { type Entry, type PictureScores, scorePicture, summarize } from './score-pairs.ts';

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
  /** Of the intervals' resampling. */
  readonly seed: number;
  readonly onProgress?: (done: number, total: number) => void;
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
  /** How each measure is computed. */
  readonly protocol: Readonly<Record<MetricName, string>>;
  readonly entries: readonly Entry[];
}

/** Translates a split of a data set with each model and scores the results. Throws UserError for what can't be used. */
export async function evaluate(request: EvaluationRequest): Promise<Evaluation> {
  const { data, split } = request;
  const contestants: Contestant[] = [];
  try {
    for (const path of request.models) contestants.push(await openContestant(path));
    const direction = agreedDirection(contestants, request.direction);
    const size = request.size ?? contestants.find(contestant => contestant.size)?.size ?? missingSize();
    const { pairs, description } = await openPairs(data, { split });
    const scores = await scoreAll(contestants, pairs, { ...request, direction, size });
    const entries = contestants.map((contestant, i) => summarize(contestant, scores[i]!, request.seed));
    return { data, split, pairs: description, direction, size, protocol: protocolOf(), entries };
  } finally {
    for (const contestant of contestants) await contestant.close();
  }
}

/** A folder that is no run holds pictures. */
async function openContestant(path: string): Promise<Contestant> {
  const holdsPictures = (await isFolder(path)) && !(await isRunFolder(path));
  return holdsPictures ? openPicturesContestant(path) : openModelContestant(path);
}

/** By contestant, then by pair. */
async function scoreAll(
  contestants: readonly Contestant[],
  pairs: readonly PairFiles[],
  options: Pick<EvaluationRequest, 'onProgress'> & { readonly direction: Direction; readonly size: Size },
): Promise<PictureScores[][]> {
  const scores: PictureScores[][] = contestants.map(() => []);
  const transform = resizeOnly(options.size);
  const learned = contestants.find(({ channels }) => channels !== null)?.channels;
  const channels = learned ?? { condition: 3, target: 3 };
  const reading = { direction: options.direction, channels, skipBad: false, onSkip: () => {} };
  let done = 0;
  for await (const pair of readExamples(
    pairs.map(files => ({ files, transform })),
    READ_AHEAD,
    reading,
  )) {
    for (const [i, contestant] of contestants.entries()) {
      scores[i]!.push(scorePicture(await contestant.predict(pair), pair));
    }
    options.onProgress?.(++done, pairs.length);
  }
  return scores;
}

const READ_AHEAD = 4;

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

function protocolOf(): Record<MetricName, string> {
  return Object.fromEntries(metricNames.map(name => [name, metrics[name].protocol])) as Record<
    MetricName,
    string
  >;
}
