import { presets } from '../../config/presets.ts';
import { UserError } from '../../core/errors.ts';
import type { Direction, ImagePair } from '../../core/image-pair.ts';
import { Random } from '../../core/random.ts';
import type { Size } from '../../core/sizes.ts';
import { spread } from '../../core/spread.ts';
import type { PaletteColor } from '../../data/inspection/palette.ts';
import { loadPair } from '../../data/pair.ts';
import type { PairFiles } from '../../data/pair-files.ts';
import { input } from '../../graph/index.ts';
import { trainingMode } from '../../nn/layers.ts';
import { softmaxCrossEntropy } from '../../nn/losses.ts';
import { optimizers } from '../../nn/optimizers.ts';
import { Variables } from '../../nn/variables.ts';
import { compile } from '../../runtime/program.ts';
import { trainingPass } from '../../step/graphs.ts';
import { createLearner } from '../../step/learner.ts';
import { drawExample, type ReaderExample, readerExample } from './examples.ts';
import { findLabelClasses } from './label-classes.ts';
import { readerMultiple, readerNetwork } from './network.ts';
import type { ReaderModel } from './reader-file.ts';

const BATCH = 4;
const LEARNING_RATE = 1e-3;
const MOST_PAIRS = 2000;
const MAPS_FOR_CLASSES = 100;

export interface ReaderTraining {
  readonly pairs: readonly PairFiles[];
  /** The condition is the label map. */
  readonly direction: Direction;
  readonly size: Size;
  readonly seed: number;
  /** Batches of four. */
  readonly steps: number;
  readonly onProgress?: (phase: 'reading' | 'training', done: number, total: number) => void;
}

/**
 * Trains a network that segments real photos into label classes, for the paper's FCN score (Isola et al. 2017, section
 * 4.1) with another network. Throws UserError if the conditions are not label maps or the size can't be halved often
 * enough.
 */
export async function trainReader(options: ReaderTraining): Promise<ReaderModel> {
  const { size, seed, steps } = options;
  if (size.some(side => side % readerMultiple !== 0)) {
    throw new UserError(
      `Cannot train a reader at ${size.join('×')}: sides must be multiples of ${readerMultiple}; use another --size`,
    );
  }
  const { classes, examples } = await readExamples(options);
  const variables = new Variables();
  const shape = [BATCH, ...size];
  const logits = readerNetwork(variables, input('photo', [...shape, 3]), classes.length, trainingMode);
  const pass = trainingPass(
    softmaxCrossEntropy(logits, input('oneHot', [...shape, classes.length])),
    variables,
  );
  const random = Random.fromSeed(seed).split('reader');
  const optimizer = { ...presets.paper.optimizer, beta1: 0.9, learningRate: LEARNING_RATE };
  const learner = createLearner(variables.all(), random.split('weights'), optimizer);
  const program = await compile(pass.outputs);
  const pixels = size[0] * size[1];
  const batch = {
    photo: new Float32Array(BATCH * pixels * 3),
    oneHot: new Float32Array(BATCH * pixels * classes.length),
    loss: new Float32Array(1),
  };
  const run = program.bind({ ...learner.values, ...learner.results, ...batch });
  for (let step = 0; step < steps; step++) {
    fillBatch(batch, examples, size, random);
    await run();
    learner.keepState(variables.updates.keys());
    const rate = LEARNING_RATE * (1 - step / steps);
    learner.update(optimizers[optimizer.method].rates(optimizer, step + 1, rate));
    options.onProgress?.('training', step + 1, steps);
  }
  await program.release();
  const tensors = new Map(
    learner.variables.map(({ name, shape }) => [name, { shape, data: learner.values[name]! }] as const),
  );
  return { about: { classes, size, pairs: examples.length, steps }, tensors };
}

function fillBatch(
  { photo, oneHot }: { readonly photo: Float32Array; readonly oneHot: Float32Array },
  examples: readonly ReaderExample[],
  size: Size,
  random: Random,
): void {
  const [photoLength, oneHotLength] = [photo.length / BATCH, oneHot.length / BATCH];
  for (let i = 0; i < BATCH; i++) {
    const out = {
      photo: photo.subarray(i * photoLength, (i + 1) * photoLength),
      oneHot: oneHot.subarray(i * oneHotLength, (i + 1) * oneHotLength),
    };
    drawExample(examples[random.integer(examples.length)]!, size, random, out);
  }
}

/** Reads at most 2,000 pairs into memory; the classes are found in a hundred of their label maps. */
async function readExamples({
  pairs,
  direction,
  size,
  onProgress,
}: ReaderTraining): Promise<{ classes: PaletteColor[]; examples: ReaderExample[] }> {
  const sample: ImagePair<Uint8Array>[] = [];
  for (const files of spread(pairs, MAPS_FOR_CLASSES)) sample.push(await loadPair(files, direction));
  const classes = findLabelClasses(sample.map(({ condition }) => condition));
  const chosen = spread(pairs, MOST_PAIRS);
  const examples: ReaderExample[] = [];
  for (const files of chosen) {
    const { condition, target } = await loadPair(files, direction);
    examples.push(readerExample(target, condition, classes, size));
    onProgress?.('reading', examples.length, chosen.length);
  }
  return { classes, examples };
}
