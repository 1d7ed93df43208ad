import { UserError } from '../core/errors.ts';
import type { Direction } from '../core/image-pair.ts';
import type { Size } from '../core/sizes.ts';
import type { PairFiles, Split } from '../data/pair-files.ts';
import { findPairs, openPairs } from '../data/pairing.ts';
import { isFolder } from '../files/folder.ts';
import { isCheckpoint } from '../runs/checkpoint/read.ts';
import { isRunFolder } from '../runs/run-folder.ts';
import type { DeviceName } from '../runtime/device.ts';
import { copyBaseline, trainedBaselines, truthContestant } from './baselines.ts';
import { type Comparison, compareModels } from './compare.ts';
import { type Contestant, openPicturesContestant } from './contestant.ts';
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
import { readTrainingPhotos, type TrainingPhotos } from './training-photos.ts';

export interface EvaluationRequest {
  /** Run folders, weights files, or folders of pictures named after the pairs. */
  readonly models: readonly string[];
  /** Folder of image pairs. */
  readonly data: string;
  readonly split: Split;
  /** The size at which pictures are compared; null: the first model's. */
  readonly size: Size | null;
  /** Null: the models'. */
  readonly direction: Direction | null;
  /** Whether to score baselines as well, and the distance to the training pictures. */
  readonly baselines: boolean;
  /**
   * File of a reader of label classes; if it doesn't exist, a reader is trained and saved. Null: no segmentation score.
   */
  readonly reader: string | null;
  /** ONNX file of a network for FID, KID and LPIPS, with its manifest in the same folder; null: none of these. */
  readonly features: string | null;
  /** Seed of the bootstrap, and of the reader's training. */
  readonly seed: number;
  /** Device for the models; default: the CPU. */
  readonly device?: DeviceName;
  readonly onProgress?: (phase: string, done: number, total: number) => void;
  readonly onPicture?: OnPicture;
}

/** The results, as plain data. */
export interface Evaluation {
  readonly data: string;
  readonly split: Split;
  /** The recognised pairs: `106 side-by-side pairs in "facades/test" …`. */
  readonly pairs: string;
  readonly direction: Direction;
  /** Height and width at which pictures were compared. */
  readonly size: Size;
  /** The computed scores, and how they are defined. */
  readonly scores: readonly ScoreName[];
  readonly protocol: Readonly<Partial<Record<ScoreName, string>>>;
  /** The models in the requested order, then the baselines, then the truth. */
  readonly entries: readonly Entry[];
  readonly comparisons: readonly Comparison[];
  /** Limits of the scores' meaning, such as too few pictures. */
  readonly notes: readonly string[];
  /** Problems of the models. */
  readonly findings: readonly Finding[];
  /** The reader of classes, if any. */
  readonly reader: ReaderModel['about'] | null;
  /** The feature network, if any. */
  readonly features: FeatureNetworkAbout | null;
}

/**
 * Translates a split of a data set with each model and scores the results. Throws UserError for unusable models or
 * data.
 */
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
    const training = request.baselines ? await openTraining(request, direction, size) : null;
    if (request.baselines) contestants.push(copyBaseline());
    if (training) contestants.push(...trainedBaselines(training, direction));
    if (reader || network) contestants.push(truthContestant());
    const { onProgress, onPicture } = request;
    const scoring = { direction, size, reader, network, training, onProgress, onPicture };
    const { pictures, signs, notes } = await scoreContestants(contestants, pairs, scoring);
    const names = scoreNames({ reader, training, network: network?.about ?? null });
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

/** A folder that is neither a run nor a checkpoint is a folder of pictures. */
async function openContestant(path: string, device?: DeviceName): Promise<Contestant> {
  const holdsPictures = (await isFolder(path)) && !(await isRunFolder(path)) && !(await isCheckpoint(path));
  return holdsPictures ? openPicturesContestant(path) : openModelContestant(path, device);
}

/** Null if the data has no training pairs. */
async function openTraining(
  { data, split, onProgress }: EvaluationRequest,
  direction: Direction,
  size: Size,
): Promise<TrainingPhotos | null> {
  const found = await findPairs(data, { split: 'train' });
  if (!found) return null;
  const report = (done: number, total: number) => onProgress?.('Reading training pairs', done, total);
  return readTrainingPhotos(found.pairs, {
    direction,
    size,
    leaveOut: split === 'train',
    onProgress: report,
  });
}

/** Findings for the models, in the order of the table. */
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

/** Models of opposite directions can't be compared. */
function agreedDirection(contestants: readonly Contestant[], asked: Direction | null): Direction {
  const learned = contestants.filter(contestant => contestant.direction !== null);
  const direction = asked ?? learned[0]?.direction;
  if (!direction) {
    throw new UserError(
      'Cannot evaluate images alone without a direction: add --direction AtoB or --direction BtoA, and --size, such as --size 256',
    );
  }
  const other = learned.find(contestant => contestant.direction !== direction);
  if (!other) return direction;
  throw new UserError(
    `Cannot evaluate "${other.name}" for ${direction}: it was trained for ${other.direction}; evaluate it separately`,
  );
}

function missingSize(): never {
  throw new UserError('Cannot compare images without a size: add --size, such as --size 256');
}
