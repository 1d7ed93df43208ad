import type { RunConfig } from '../../config/config.ts';
import { Random } from '../../core/random.ts';
import { loadPairWithChannels } from '../../data/pair.ts';
import type { PairFiles } from '../../data/pair-files.ts';
import { generatorModel } from '../../export/generator-model.ts';
import { type ImageModel, openImageModel, unlessBroken } from '../../export/image-model.ts';
import { shownImage } from '../../images/picture.ts';
import { areaResize, resample } from '../../images/resize.ts';
import { type Estimate, estimateMean } from '../../metrics/bootstrap.ts';
import { meanAbsoluteDifference } from '../../metrics/errors.ts';
import { encodeModel } from '../../onnx/model.ts';
import type { SavedModel } from '../../runs/model-files.ts';
import type { DiagnosisPairs } from '../contestant.ts';
import type { Finding } from './finding.ts';

/** Number of pairs: enough to show a gap, few enough to be quick. */
const MOST_PAIRS = 24;
/** The least ratio of the errors; their intervals must not overlap either. */
const GAP = 1.25;

/** Findings that need further translations: of training pairs, and of test pairs with other statistics. */
export async function diagnoseModel(
  entry: string,
  { config, tensors }: Pick<SavedModel, 'config' | 'tensors'>,
  pairs: DiagnosisPairs,
): Promise<Finding[]> {
  const values = Object.fromEntries([...tensors].map(([name, { data }]) => [name, data]));
  const errorWith = async (settings: RunConfig, files: readonly PairFiles[]): Promise<Estimate | null> => {
    const { model, description } = generatorModel(settings, values, {
      size: 'free',
      form: 'image',
      countsBroken: true,
    });
    const translation = await openImageModel(encodeModel(model), description);
    const errors = await errorsOf(translation, settings, files);
    await translation.release();
    return estimateMean(errors, Random.fromSeed(config.seed).split('diagnosis'));
  };
  const onTest = await errorWith(config, pairs.test);
  const onTraining = await errorWith(config, pairs.train);
  const { norm, inference } = config.generator;
  const other = otherThan(inference.statistics);
  const changed = {
    ...config,
    generator: { ...config.generator, inference: { ...inference, statistics: other } },
  } as const;
  const withOther = norm === 'batch' ? await errorWith(changed, pairs.test) : null;
  return [...overfitting(entry, onTraining, onTest), ...mismatch(entry, config, withOther, onTest)];
}

function overfitting(entry: string, onTraining: Estimate | null, onTest: Estimate | null): Finding[] {
  if (!isClearlyBelow(onTraining, onTest)) return [];
  const [training, test] = [onTraining!.mean.toFixed(3), onTest!.mean.toFixed(3)];
  return [
    {
      entry,
      kind: 'overfitting',
      text: `its L1 is ${training} on training pairs and ${test} on the evaluated pairs: it has memorised the training pairs`,
      advice: 'Use more pairs, --jitter 1.12 and --mirror, --dropout 0.5, fewer --filters, or stop earlier',
    },
  ];
}

type Statistics = RunConfig['generator']['inference']['statistics'];

function otherThan(statistics: Statistics): Statistics {
  return statistics === 'batch' ? 'moving' : 'batch';
}

function mismatch(
  entry: string,
  config: RunConfig,
  withOther: Estimate | null,
  own: Estimate | null,
): Finding[] {
  if (!isClearlyBelow(withOther, own)) return [];
  const { statistics: used } = config.generator.inference;
  const better = otherThan(used);
  return [
    {
      entry,
      kind: 'statistics mismatch',
      text: `translating with ${used} statistics has an L1 of ${own!.mean.toFixed(3)}, with ${better} ones ${withOther!.mean.toFixed(3)}`,
      advice: `Set "statistics" to "${better}" in the run’s config.json, train with --statistics ${better}, or use --norm instance`,
    },
  ];
}

function isClearlyBelow(a: Estimate | null, b: Estimate | null): boolean {
  if (!a?.interval || !b?.interval) return false;
  return a.interval[1] < b.interval[0] && a.mean * GAP < b.mean;
}

async function errorsOf(
  model: ImageModel,
  { size, direction }: RunConfig,
  files: readonly PairFiles[],
): Promise<number[]> {
  const [height, width] = size;
  const { input, output } = model.description;
  const channels = { condition: input.channels, target: output.channels };
  const errors: number[] = [];
  const step = Math.max(1, files.length / MOST_PAIRS);
  for (let i = 0; Math.floor(i) < files.length && errors.length < MOST_PAIRS; i += step) {
    const { condition, target } = await loadPairWithChannels(files[Math.floor(i)]!, direction, channels);
    const picture = await unlessBroken(model.run(resample(condition, size, input.resampling)));
    if (picture)
      errors.push(meanAbsoluteDifference(shownImage(picture), shownImage(areaResize(target, width, height))));
  }
  return errors;
}
