import { UserError } from '../core/errors.ts';
import type { Direction } from '../core/image-pair.ts';
import type { Size } from '../data/loading/transform.ts';
import type { PairFiles, Split } from '../data/pair-files.ts';
import { findPairs, openPairs } from '../data/pairing.ts';
import { isFolder } from '../files/folder.ts';
import { isCheckpoint } from '../runs/checkpoint/read.ts';
import { isRunFolder } from '../runs/run-config-file.ts';
import type { DeviceName } from '../runtime/device.ts';
import { copyBaseline, trainedBaselines, truthContestant } from './baselines.ts';
import { type Comparison, compareModels } from './compare.ts';
import type { Contestant } from './contestant.ts';
import { openPicturesContestant } from './contestant.ts';
import { diagnosePictures } from './diagnosis/diagnose-pictures.ts';
import type { Finding } from './diagnosis/finding.ts';
import type { Signs } from './diagnosis/signs.ts';
import {
  type FeatureNetwork,
  type FeatureNetworkAbout,
  openFeatureNetwork,
} from './features/feature-network.ts';
import { openModelContestant } from './model-contestant.ts';
import { obtainReader } from './reader/obtain-reader.ts';
import type { Reader } from './reader/reader.ts';
import type { ReaderModel } from './reader/reader-file.ts';
import { type OnPicture, scoreContestants } from './score-contestants.ts';
import { type Entry, summarize } from './score-pairs.ts';
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
  /** ONNX file of a network for FID, KID and LPIPS, its manifest beside it; null: none of these. */
  readonly features: string | null;
  /** Of the intervals' resampling, and of a reader's training. */
  readonly seed: number;
  /** What models compute on; default: the processor. */
  readonly device?: DeviceName;
  readonly onProgress?: (phase: string, done: number, total: number) => void;
  readonly onPicture?: OnPicture;
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
  /** What keeps the scores from meaning what they seem to, such as too few pictures. */
  readonly notes: readonly string[];
  /** What is wrong with the models. */
  readonly findings: readonly Finding[];
  /** What read the classes, where something did. */
  readonly reader: ReaderModel['about'] | null;
  /** What saw the features, where something did. */
  readonly features: FeatureNetworkAbout | null;
}

/** Translates a split of a data set with each model and scores the results. Throws UserError for what can't be used. */
export async function evaluate(request: EvaluationRequest): Promise<Evaluation> {
  const { data, split, seed } = request;
  const contestants: Contestant[] = [];
  let reader: Reader | null = null;
  let network: FeatureNetwork | null = null;
  try {
    if (request.features !== null) network = await openFeatureNetwork(request.features);
    for (const path of request.models) contestants.push(await openContestant(path, request.device));
    const direction = agreedDirection(contestants, request.direction);
    const size = request.size ?? contestants.find(contestant => contestant.size)?.size ?? missingSize();
    const { pairs, description } = await openPairs(data, { split });
    reader = await obtainReader(request.reader, { ...request, direction, size });
    if (request.baselines) contestants.push(...(await openBaselines(request, direction, size)));
    if (reader || network) contestants.push(truthContestant());
    const { onProgress, onPicture } = request;
    const judging = { direction, size, reader, network, onProgress, onPicture };
    const { pictures, signs, notes } = await scoreContestants(contestants, pairs, judging);
    const names = scoreNames(reader !== null, network?.about ?? null);
    const entries = contestants.map((contestant, i) => summarize(contestant, pictures[i]!, names, seed));
    const findings = await diagnose(contestants, entries, signs, { data, pairs });
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
      notes,
      findings,
      reader: reader?.about ?? null,
      features: network?.about ?? null,
    };
  } finally {
    for (const contestant of contestants) await contestant.close();
    await reader?.close();
    await network?.close();
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

/** The models' faults, in the order of the table. */
async function diagnose(
  contestants: readonly Contestant[],
  entries: readonly Entry[],
  signs: readonly Signs[],
  { data, pairs }: { readonly data: string; readonly pairs: readonly PairFiles[] },
): Promise<Finding[]> {
  const baselines = entries.filter(({ kind }) => kind === 'baseline');
  const train = (await findPairs(data, { split: 'train' }))?.pairs ?? [];
  const findings: Finding[] = [];
  for (const [i, contestant] of contestants.entries()) {
    if (contestant.kind === 'baseline' || contestant.kind === 'truth') continue;
    findings.push(...diagnosePictures(entries[i]!, signs[i]!, baselines));
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
