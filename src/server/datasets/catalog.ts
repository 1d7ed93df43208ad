import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '../../core/errors.ts';
import { findLayout, type Layout } from '../../data/layout.ts';
import type { PairFiles, Split } from '../../data/pair-files.ts';
import { findPairs, type PairSet } from '../../data/pairing.ts';
import { describeHeader } from '../../images/decoding/image-header.ts';
import { isRunFolder } from '../../runs/run-folder.ts';
import type { Dataset } from '../api.ts';
import { Refusal } from '../errors.ts';
import type { Survey } from '../work/pictures.ts';
import type { Worker } from '../work/worker.ts';
import { findFolders, idOf, locate, type Workspace } from '../workspace.ts';

const depth = 3;
const splits = ['train', 'val', 'test'] as const;

/** The data sets of the workspace, by path. */
export async function listDatasets({ data }: Workspace): Promise<Dataset[]> {
  const folders = await findFolders(data, depth, isDataset);
  return Promise.all(folders.map(folder => describeDataset(data, folder)));
}

/** The folder of a data set. Throws {@link Refusal} if there is none. */
export async function findDataset({ data }: Workspace, id: string): Promise<string> {
  const folder = await locate(data, id);
  if (folder && (await isDataset(folder))) return folder;
  throw new Refusal(404, `Cannot find data set "${id}"`);
}

export async function describeDataset(root: string, folder: string): Promise<Dataset> {
  const [train, val, test] = await Promise.all(splits.map(split => pairsOf(folder, split)));
  const layout = await layoutOf(folder);
  const count = (set: PairSet | string | undefined) => (typeof set === 'object' ? set.pairs.length : 0);
  return {
    id: idOf(root, folder),
    pairs: { train: count(train), val: count(val), test: count(test) },
    layout: layout?.kind ?? 'side-by-side',
    description: typeof train === 'object' ? train.description : (train ?? 'no pairs'),
  };
}

/** The pairs of a split; none if the data set has no such split. */
export async function listPairs(folder: string, split: Split): Promise<readonly PairFiles[]> {
  return (await findPairs(folder, { split }))?.pairs ?? [];
}

/** Throws {@link Refusal} if there are fewer pairs. */
export async function findPair(folder: string, id: string, split: Split, index: number): Promise<PairFiles> {
  const pairs = await listPairs(folder, split);
  const pair = pairs[index];
  if (pair) return pair;
  const known =
    pairs.length > 0 ? `its ${split} pairs end at ${pairs.length - 1}` : `it has no ${split} pairs`;
  throw new Refusal(404, `Cannot find pair ${index} of data set "${id}": ${known}`);
}

/** A split's pairs or, if they can't be paired, the reason. */
async function pairsOf(folder: string, split: Split): Promise<PairSet | string | undefined> {
  return findPairs(folder, { split }).catch(error => {
    if (error instanceof UserError) return error.message;
    throw error;
  });
}

/** Undefined if there is none, or its files can't be read: a `manifest.json` may belong to another program. */
async function layoutOf(folder: string): Promise<Layout | undefined> {
  return findLayout(folder, 'train').catch(error => {
    if (error instanceof UserError) return undefined;
    throw error;
  });
}

/** Whether a folder is a data set: names of folders or files say so, or the first image is twice as wide as high. */
async function isDataset(folder: string): Promise<boolean> {
  if (await isRunFolder(folder)) return false;
  const layout = await layoutOf(folder);
  return layout !== undefined && (layout.kind !== 'side-by-side' || (await startsWithPair(layout)));
}

async function startsWithPair({ images }: Extract<Layout, { kind: 'side-by-side' }>): Promise<boolean> {
  const header = images[0] && (await describeHeader(images[0].path));
  return header !== undefined && header.width === 2 * header.height;
}

const surveyedPairs = 24;
const keptSurveys = 20;
const surveys = new Map<string, { readonly stamp: string; readonly survey: Promise<Survey> }>();

/** The survey of a data set, cached until files in its folders are added or removed. */
export async function surveyOf(pictures: Worker, folder: string): Promise<Survey> {
  const stamp = await stampOf(folder);
  const known = surveys.get(folder);
  if (known?.stamp === stamp) return known.survey;
  const survey = pictures.run('survey', { folder, limit: surveyedPairs });
  surveys.delete(folder);
  surveys.set(folder, { stamp, survey });
  survey.catch(() => surveys.delete(folder));
  for (const oldest of [...surveys.keys()].slice(0, -keptSurveys)) surveys.delete(oldest);
  return survey;
}

/** The times at which the folder and its subfolders were changed; no layout has them more than two levels deep. */
async function stampOf(folder: string): Promise<string> {
  const folders = [folder, ...(await foldersBelow(folder, 2))];
  const times = folders.map(async each => (await stat(each)).mtimeMs);
  return (await Promise.all(times)).join(' ');
}

async function foldersBelow(folder: string, depth: number): Promise<string[]> {
  if (depth === 0) return [];
  const entries = await readdir(folder, { withFileTypes: true });
  const folders = entries.filter(entry => entry.isDirectory()).map(({ name }) => join(folder, name));
  const below = await Promise.all(folders.map(each => foldersBelow(each, depth - 1)));
  return [...folders, ...below.flat()];
}
