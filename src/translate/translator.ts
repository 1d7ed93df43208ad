import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UserError } from '../core/errors.ts';
import {
  cropImage,
  type Image,
  joinRows,
  padImage,
  type RowSource,
  rowsOf,
  type Samples,
} from '../core/image.ts';
import type { ModelDescription } from '../export/description.ts';
import { type ImageModel, openImageModel, readDescription, readImageModel } from '../export/image-model.ts';
import { modelPath } from '../export/included-models.ts';
import { exportGenerator } from '../export/onnx-file.ts';
import { explainFileError } from '../files/file-error.ts';
import { openFiniteModel } from '../runs/model-files.ts';
import { collectGarbage } from '../runtime/collect-garbage.ts';
import type { Computing } from '../runtime/session.ts';
import { type Cut, cutWithin, tilingOf } from './tiles.ts';
import { type OnProgress, translateTiled } from './translate-tiled.ts';

/** A trained generator for images of any size. `await using` closes it at the end of a block. */
export interface Translator extends AsyncDisposable {
  readonly description: ModelDescription;
  /**
   * Translates an image; the result has the same size, and the model's output channels and depth. Throws UserError if
   * the image's channels aren't those of the model's input.
   */
  translate(image: Image<Samples>, events?: TileEvents): Promise<Image<Samples>>;
  /** Like `translate` for an image that is too large for memory: yields strips of rows of the result. */
  translateRows(source: RowSource, events?: TileEvents): AsyncIterable<Image<Samples>>;
  close(): Promise<void>;
}

/** How to cut large images into tiles. */
export interface TileOptions {
  /**
   * Side of a tile in pixels, rounded up to the network's stride. By default, only very large images are cut, so that
   * memory stays below 2 GB.
   */
  readonly tile?: number | undefined;
  /**
   * Overlap of neighbouring tiles in pixels. By default, it covers the network's receptive field; at most half a tile.
   */
  readonly overlap?: number | undefined;
}

/** What happens to an image. */
export interface TileEvents {
  /** Called with how it will be cut. */
  readonly onCut?: ((cut: Cut) => void) | undefined;
  /** Called with the share done if it is cut into tiles. */
  readonly onProgress?: OnProgress | undefined;
}

export interface TranslatorOptions extends TileOptions, Computing {}

/**
 * Opens a model: the path of a run folder, a checkpoint, a weights file or an exported .onnx file, or the name of an
 * included model, such as `emoji`. Throws UserError if it can't be used.
 */
export async function openTranslator(
  name: string,
  { device, threads, ...tiles }: TranslatorOptions = {},
): Promise<Translator> {
  const path = await modelPath(name);
  const open = path.endsWith('.onnx') ? readImageModel : openRun;
  const model = await open(path, { device, threads });
  return createTranslator(model, tiles);
}

/** Images are padded to the model's stride by repeating their edges, translated whole or in tiles, and cropped back. */
export function createTranslator(model: ImageModel, { tile, overlap }: TileOptions = {}): Translator {
  const { description } = model;
  const { fixed, multiple } = description.size;
  const cutOf = ({ width, height }: RowSource): Cut => {
    if (fixed !== null) return { tile: null, reduced: false };
    return tile === undefined ? cutWithin(description, width, height) : { tile, reduced: false };
  };
  const run = (image: Image<Samples>) => {
    assertChannels(image, description);
    return model.run(image);
  };
  const translateRows = async function* (source: RowSource, { onCut, onProgress }: TileEvents = {}) {
    const padded = padRows(source, description.size);
    const cut = cutOf(padded);
    onCut?.(cut);
    const { tile } = cut;
    const strips =
      tile === null
        ? translateWhole(padded, run)
        : translateTiled(padded, tilingOf(description, { tile, overlap }), multiple, run, onProgress);
    let top = 0;
    for await (const strip of strips) {
      const rows = Math.min(strip.height, source.height - top);
      if (rows > 0) yield cropImage(strip, 0, 0, source.width, rows);
      top += strip.height;
    }
  };
  let closed: Promise<void> | undefined;
  const close = () => {
    closed ??= model.release();
    return closed;
  };
  return {
    description,
    translate: async (image, events) => joinRows(image.height, translateRows(rowsOf(image), events)),
    translateRows,
    close,
    [Symbol.asyncDispose]: close,
  };
}

async function* translateWhole(source: RowSource, run: ImageModel['run']): AsyncGenerator<Image<Samples>> {
  yield await run(await source.read(0, source.height));
}

function assertChannels(image: Image<Samples>, { input }: ModelDescription): void {
  if (image.channels === input.channels) return;
  throw new UserError(
    `Cannot translate an image of ${image.channels} channels: the model takes ${input.channels}, ${input.order}`,
  );
}

/** Repeats the last row and column until both sides are sizes that the model takes. */
function padRows(source: RowSource, { fixed, multiple, smallest }: ModelDescription['size']): RowSource {
  const grown = (length: number) => Math.max(Math.ceil(length / multiple) * multiple, smallest);
  const [height, width] = fixed ?? [grown(source.height), grown(source.width)];
  if (width < source.width || height < source.height) {
    throw new UserError(
      `Cannot translate ${source.width}×${source.height} pixels: the model takes ${width}×${height} at most; export it with --size free`,
    );
  }
  return {
    width,
    height,
    read: async (top, rows) =>
      padImage(await source.read(top, Math.min(rows, source.height - top)), rows, width),
  };
}

/**
 * Opens a run's generator for translating, by exporting it; with 8-bit images in and out unless it was trained on finer
 * ones. The model goes through a temporary file: in memory it would exist three times.
 */
async function openRun(path: string, computing: Computing): Promise<ImageModel> {
  const refuse = (error: unknown): never => {
    throw new UserError(
      `Cannot open model "${path}" through a temporary file in "${tmpdir()}": ${explainFileError(error)}; set TMPDIR to another folder`,
    );
  };
  const folder = await mkdtemp(join(tmpdir(), 'pix2pix-')).catch(refuse);
  try {
    const file = join(folder, 'model.onnx');
    const description = await writeModelOf(path, file, refuse);
    collectGarbage();
    return await openImageModel(file, description, computing);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * Writes a model, named as {@link openTranslator} takes it, to a file that it can open as well.
 * @param refuse called with the disk's errors.
 */
export async function writeModelOf(
  name: string,
  file: string,
  refuse: (error: unknown) => never,
): Promise<ModelDescription> {
  const path = await modelPath(name);
  if (path.endsWith('.onnx')) {
    const given = await readDescription(path);
    await copyFile(path, file).catch(refuse);
    return given;
  }
  const saved = await openFiniteModel(path);
  const { depth } = saved.config;
  const form = depth.condition === 8 && depth.target === 8 ? 'image' : 'tensors';
  const countsBroken = form === 'image';
  const { pieces, description } = await exportGenerator(saved, { size: 'free', form, countsBroken });
  await writeFile(file, pieces).catch(refuse);
  return description;
}
