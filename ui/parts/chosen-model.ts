import type { Size } from '../../src/core/sizes.ts';
import type { Checkpoint, IncludedModel, Palette, RunDetail } from '../../src/server/api.ts';
import { api, request } from '../client/api.ts';
import type { ModelSource } from '../inference/model.ts';
import { pathOf } from './format.ts';

/** A picture to start a drawing from. */
export interface Start {
  readonly name: string;
  readonly url: string;
}

/** What pages show of a model: of a run, or of one that comes with the package. */
export interface ChosenModel {
  readonly id: string;
  /** For file names. */
  readonly name: string;
  readonly isIncluded: boolean;
  /** Height and width of the images that it was trained on. */
  readonly size: Size;
  /** The half of side-by-side pairs that is the condition; null if unknown. */
  readonly conditionHalf: 'left' | 'right' | null;
  /** Whether conditions may be scaled with mixed colours: not label maps. */
  readonly smooth: boolean;
  /** Oldest first. */
  readonly checkpoints: readonly Checkpoint[];
  /** @param step of a checkpoint; null: the newest. */
  sourceAt(step: number | null): ModelSource;
  palette(): Promise<Palette>;
  starts(): Promise<readonly Start[]>;
}

/** What `model.json` says for drawing, as `export --format web` writes it. */
export interface ExportedModel {
  readonly name: string;
  readonly size: Size;
  readonly palette: Palette;
  /** Addresses are relative to `model.json`. */
  readonly starts: readonly Start[];
}

export async function readExportedModel(url: string): Promise<ExportedModel> {
  return (await request(url)).json() as Promise<ExportedModel>;
}

export async function chooseIncluded({ id, url, drawings }: IncludedModel): Promise<ChosenModel> {
  const { size, palette, starts } = await readExportedModel(url);
  const examples = starts.map(start => ({
    ...start,
    url: new URL(start.url, new URL(url, location.href)).href,
  }));
  return {
    id,
    name: id,
    isIncluded: true,
    size,
    conditionHalf: null,
    smooth: palette.kind !== 'label map',
    checkpoints: [],
    sourceAt: () => ({ url, translateUrl: api.includedTranslateUrl(id) }),
    palette: async () => palette,
    starts: async () => [...drawings, ...examples],
  };
}

export async function chooseRun(id: string, signal: AbortSignal): Promise<ChosenModel> {
  const run = await api.run(id, signal);
  return {
    id,
    name: pathOf(id).replaceAll('/', '-'),
    isIncluded: false,
    size: run.size,
    conditionHalf: run.direction === 'AtoB' ? 'left' : 'right',
    smooth: run.config.resize.condition !== 'nearest',
    checkpoints: run.checkpoints,
    sourceAt: step => sourceOf(run, step),
    palette: () => api.palette(id),
    starts: () => startsOf(id),
  };
}

/** The source of a run's model. */
export function sourceOf({ id, checkpoint }: RunDetail, step: number | null): ModelSource {
  return {
    // Names the newest checkpoint by its step, so that a later one has another source.
    url: api.modelUrl(id, step ?? checkpoint),
    // The server chooses the newest, since the one known here may be gone.
    translateUrl: api.translateUrl(id, step),
  };
}

const mostStarts = 24;

/** The conditions of the run's test pairs or, if it has none, of its training pairs. */
async function startsOf(id: string): Promise<Start[]> {
  const { split, names } = await api.anyPairs(id);
  return names.slice(0, mostStarts).map((name, index) => ({
    name,
    url: api.pairPictureUrl(id, split, index, 'condition'),
  }));
}
