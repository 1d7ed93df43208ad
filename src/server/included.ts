import { readdir } from 'node:fs/promises';
import { join, parse } from 'node:path';
import { fileURLToPath } from 'node:url';
import { includedModelFolder, includedModels } from '../export/included-models.ts';
import { exists } from '../files/folder.ts';
import type { DemoPairs, IncludedModel } from './api.ts';

// What comes with the package: trained models, drawings to start from, and the emoji pairs of the demo.

/** The same path from `src/server` and `dist/server`. */
export const assets = fileURLToPath(new URL('../../assets/', import.meta.url));

/** Where the server shows {@link assets}. */
export const assetsUrl = '/included/';

/** The drawing that comes first: the page opens with it. */
const OPENING = 'smiley';

/** The included models, with drawings to start from. */
export async function listIncludedModels(): Promise<IncludedModel[]> {
  const present: IncludedModel[] = [];
  for (const id of includedModels) {
    if (!(await exists(join(includedModelFolder(id), 'model.json')))) continue;
    const drawings = await urlsIn('drawings', id);
    drawings.sort((a, b) => Number(parse(b).name === OPENING) - Number(parse(a).name === OPENING));
    present.push({
      id,
      url: `${assetsUrl}models/${id}/model.json`,
      drawings: drawings.map(url => ({ name: parse(url).name, url })),
    });
  }
  return present;
}

/** The pairs of emoji that the demo trains on: the drawing on the left, the 3D image on the right. */
export async function listDemoPairs(): Promise<DemoPairs> {
  const [train, test] = await Promise.all(['train', 'test'].map(split => urlsIn('emoji', split)));
  return { train: train!, test: test! };
}

/** The addresses of the pictures in a folder of {@link assets}; none if there is no such folder. */
async function urlsIn(...folder: readonly string[]): Promise<string[]> {
  const files = await readdir(join(assets, ...folder)).catch(() => []);
  const pictures = files.filter(file => /\.(png|webp)$/.test(file)).sort();
  return pictures.map(file => `${assetsUrl}${folder.join('/')}/${file}`);
}
