import { createHash } from 'node:crypto';
import { copyFile, mkdir, readFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { UserError } from '../core/errors.ts';
import { createImage, type Image, type Samples } from '../core/image.ts';
import { summarizeSide } from '../data/inspection/describe-sides.ts';
import { type NamedPalette, namedPalette, paletteOfModel } from '../data/inspection/named-palette.ts';
import { surveyDataSet } from '../data/inspection/survey.ts';
import { exists } from '../files/folder.ts';
import { writeFile } from '../files/write.ts';
import { encodePng } from '../images/encoding/encode.ts';
import { openFiniteModel, type SavedModel } from '../runs/model-files.ts';
import { FORMAT, type Manifest, parseManifest } from '../web/model-info.ts';
import { calibrationPictures } from './calibration-pictures.ts';
import type { ModelDescription } from './description.ts';
import { readImageModel } from './image-model.ts';
import { dataOf, type ExportOptions, exportGenerator, writeModel } from './onnx-file.ts';

export type WebModelOptions = Omit<ExportOptions, 'form' | 'size'>;

/** The content of `model.json`: what `pix2pix/web` reads, and what the page to draw on does. */
export interface WebModel extends Manifest {
  /** Height and width of the images that the model was trained on. */
  readonly size: ModelDescription['size']['trained'];
  readonly palette: NamedPalette;
  /** Pictures to start a drawing from; addresses are relative. */
  readonly starts: readonly { readonly name: string; readonly url: string }[];
  readonly description: ModelDescription;
}

const EXAMPLES = 3;

/** The licence of the pictures that a model learned from, beside included models. */
const NOTICE = 'NOTICE';

/**
 * Writes `model.json`, the model, and the pictures that `model.json` names: one to test GPUs with, and examples, if the
 * run's data is available.
 * @param path of a run, or of an exported file with its `model.json` beside it, which is copied.
 */
export async function writeWebModel(
  path: string,
  folder: string,
  options: WebModelOptions,
): Promise<WebModel> {
  return path.endsWith('.onnx') ? copyModel(path, folder, options) : exportRun(path, folder, options);
}

async function copyModel(path: string, folder: string, options: WebModelOptions): Promise<WebModel> {
  const refuse = (reason: string): never => {
    throw new UserError(`Cannot export "${path}" for web pages: ${reason}`);
  };
  const given = Object.entries(options).find(([, value]) => value !== undefined)?.[0];
  if (given) return refuse(`it is exported already; leave --${given} out`);
  const file = join(dirname(path), 'model.json');
  const text = await readFile(file, 'utf8').catch(() =>
    refuse('it has no model.json beside it; pass its run folder'),
  );
  const content = parseManifest(text, file) as WebModel;
  const { model, check, starts } = content;
  const pictures = [...(check ? [check.condition, check.generated] : []), ...starts.map(({ url }) => url)];
  const notice = (await exists(join(dirname(path), NOTICE))) ? [NOTICE] : [];
  for (const name of ['model.json', model, ...pictures, ...notice])
    await copyInto(folder, dirname(path), name);
  return content;
}

async function exportRun(path: string, folder: string, options: WebModelOptions): Promise<WebModel> {
  const saved = await openFiniteModel(path);
  const data = options.data ?? (await dataOf(path));
  const model = await exportGenerator(saved, {
    ...options,
    data,
    form: 'image',
    size: 'free',
  });
  const { description } = model;
  assertForBrowsers(description);
  const file = join(folder, 'model.onnx');
  const bytes = await writeModel(file, model);
  const hasData = data !== undefined && (options.data !== undefined || (await exists(data)));
  const examples = hasData ? await examplesOf(data, saved) : [];
  const content: WebModel = {
    format: FORMAT,
    name: basename(resolve(path)),
    model: 'model.onnx',
    bytes,
    integrity: `sha256-${createHash('sha256')
      .update(await readFile(file))
      .digest('base64')}`,
    runtime: 'ort/',
    check: description.noise ? null : await writeCheck(folder, file, examples[0] ?? patternOf(description)),
    size: description.size.trained,
    palette: paletteOfModel(saved.config) ?? (hasData ? await paletteOf(data, saved) : unknownPalette),
    starts: await writeExamples(folder, examples),
    description,
  };
  await writeFile(join(folder, 'model.json'), `${JSON.stringify(content, null, 2)}\n`);
  return content;
}

function assertForBrowsers({ input, output }: ModelDescription): void {
  for (const { channels } of [input, output]) {
    if (channels === 1 || channels === 3) continue;
    throw new UserError(
      `Cannot export a web page: the model has images of ${channels} channels, and browsers show 1 (gray) or 3 (RGB); use --format onnx`,
    );
  }
}

/** A picture and its translation, with which a browser's GPU is tested; their addresses in `folder`. */
async function writeCheck(
  folder: string,
  file: string,
  condition: Image<Samples>,
): Promise<NonNullable<Manifest['check']>> {
  const model = await readImageModel(file);
  const check = { condition: 'check/condition.png', generated: 'check/generated.png' };
  try {
    await writeFile(join(folder, check.condition), await encodePng(condition));
    await writeFile(join(folder, check.generated), await encodePng(await model.run(condition)));
    return check;
  } finally {
    await model.release();
  }
}

/** A picture with many colours, for models whose data is unknown. */
function patternOf({ input, size: { trained } }: ModelDescription): Image {
  const [height, width] = trained;
  const image = createImage(width, height, input.channels);
  for (let i = 0; i < image.data.length; i++) image.data[i] = (i * 37) % 256;
  return image;
}

const unknownPalette: NamedPalette = { kind: 'photo', gray: false, colors: [] };

async function paletteOf(data: string, { config }: SavedModel): Promise<NamedPalette> {
  const findings = await surveyDataSet(data, { limit: 50 });
  return namedPalette(summarizeSide(findings, config.direction === 'AtoB' ? 'a' : 'b'));
}

async function examplesOf(data: string, { config }: SavedModel): Promise<Image<Samples>[]> {
  const examples: Image<Samples>[] = [];
  for await (const picture of calibrationPictures(data, config, config.size)) {
    examples.push(picture);
    if (examples.length === EXAMPLES) break;
  }
  return examples;
}

async function writeExamples(
  folder: string,
  examples: readonly Image<Samples>[],
): Promise<WebModel['starts']> {
  const starts = examples.map((_, i) => ({ name: `Example ${i + 1}`, url: `examples/${i + 1}.png` }));
  for (const [i, example] of examples.entries())
    await writeFile(join(folder, starts[i]!.url), await encodePng(example));
  return starts;
}

/** Copies a file to the same place in another folder. */
export async function copyInto(folder: string, from: string, file: string): Promise<void> {
  const to = join(folder, file);
  await mkdir(dirname(to), { recursive: true });
  await copyFile(join(from, file), to);
}
