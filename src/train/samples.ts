import { join } from 'node:path';
import type { RunConfig } from '../config/config.ts';
import { type Image, type Samples, tensorToImage } from '../core/image.ts';
import { Random } from '../core/random.ts';
import { visible } from '../data/inspection/palette.ts';
import type { Batch } from '../data/loading/epochs.ts';
import { firstBatch, type LoadOptions, sampleBatch } from '../data/loading/loader.ts';
import type { PairFiles } from '../data/pair-files.ts';
import { writeFile } from '../files/write.ts';
import { pickChannels, pictureOf, shownImage } from '../images/picture.ts';
import { pairPicture, sampleGrid } from '../images/sheets/grid.ts';
import type { TrainEvent } from '../runs/events.ts';
import { firstPairPicture, runPaths } from '../runs/run-folder.ts';
import type { ActiveRun } from './active-run.ts';
import type { RunData } from './run-data.ts';

/** The paths of a run's pictures. */
export function samplePaths(runFolder: string) {
  const { samples } = runPaths(runFolder);
  return {
    /** The first pair, as the networks see it. */
    pair: join(samples, firstPairPicture),
    /** The grid after an epoch, counted from 0. */
    grid: (epoch: number) => join(samples, `${epoch}.png`),
  };
}

/** Saves a picture of the first pair, which shows the direction of the run. */
export async function savePairPicture(
  runFolder: string,
  config: RunConfig,
  { train, loading }: RunData,
): Promise<TrainEvent> {
  const { condition, target } = await firstPair(config, train, loading);
  const path = samplePaths(runFolder).pair;
  await writeFile(path, await pairPicture(condition, target, config.direction));
  return { type: 'sample', kind: 'pair', epoch: 0, path };
}

/** The first readable pair, resized as for training. */
async function firstPair(
  config: RunConfig,
  pairs: readonly PairFiles[],
  loading: LoadOptions,
): Promise<{ condition: Image; target: Image }> {
  const { condition, target } = await firstBatch(pairs, 1, loading);
  const { size, channels } = loading;
  const [image] = imagesOf(condition, size, channels.condition);
  const [truth] = imagesOf(target, size, channels.target);
  return { condition: shownCondition(image!, config), target: shownImage(truth!) };
}

/** Columns of the article's figure. */
export const PICTURES_PER_GRID = 3;

/** The article's figure: three consecutive test pairs from a random place. */
export async function saveGrid(
  { request: { config, runFolder }, runData: { test, loading }, trainee, translation }: ActiveRun,
  epoch: number,
): Promise<TrainEvent> {
  const random = Random.fromSeed(config.seed).split(`samples ${epoch}`);
  const batch = await sampleBatch(test, PICTURES_PER_GRID, random, loading);
  const path = samplePaths(runFolder).grid(epoch);
  await trainee.pull();
  await writeFile(path, await gridPicture(batch, config, image => translation.run(image, random)));
  return { type: 'sample', kind: 'grid', epoch, path };
}

/** Rows of inputs, translations and targets of a batch, as a PNG. */
export async function gridPicture(
  { condition, target }: Batch,
  config: Pick<RunConfig, 'size' | 'channels' | 'labels'>,
  translate: (image: Image<Samples>) => Promise<Image<Samples>>,
): Promise<Uint8Array> {
  const { size, channels } = config;
  const inputs = imagesOf(condition, size, channels.condition);
  const predictions: Image[] = [];
  for (const image of inputs) predictions.push(shownImage(await translate(image)));
  return sampleGrid([
    { title: 'Input Image', images: inputs.map(image => shownCondition(image, config)) },
    { title: 'Predicted Image', images: predictions },
    { title: 'Ground Truth', images: imagesOf(target, size, channels.target).map(shownImage) },
  ]);
}

/** Class indices as colours, and without instance ids. */
function shownCondition(image: Image<Samples>, { labels }: Pick<RunConfig, 'labels'>): Image {
  if (labels.boundaries !== 'ids') return visible(pictureOf(image));
  const colors = Array.from({ length: image.channels - 1 }, (_, c) => c);
  return visible({ image: pickChannels(image, colors), alpha: false });
}

/** [N,H,W,C] on [−1, 1] → N images of 16 bits, enough for every depth of pairs. */
function imagesOf(
  values: Float32Array,
  [height, width]: readonly [number, number],
  channels: number,
): Image<Samples>[] {
  const length = channels * height * width;
  return Array.from({ length: values.length / length }, (_, i) =>
    tensorToImage(values.subarray(i * length, (i + 1) * length), width, height, channels, 16),
  );
}
