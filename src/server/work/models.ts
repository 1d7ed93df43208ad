import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { RunConfig } from '../../config/config.ts';
import type { Image, Samples } from '../../core/image.ts';
import { median } from '../../core/median.ts';
import { Random } from '../../core/random.ts';
import { elements } from '../../core/shape.ts';
import type { PairFiles } from '../../data/pair-files.ts';
import { writeOnnx } from '../../export/onnx-file.ts';
import { exists } from '../../files/folder.ts';
import type { WeightsMap } from '../../formats/safetensors.ts';
import { decodeUntrusted } from '../../images/decoding/decode.ts';
import { encodePng } from '../../images/encoding/encode.ts';
import { shownImage, withChannels } from '../../images/picture.ts';
import { checkpointFiles } from '../../runs/checkpoint/manifest.ts';
import { openModel } from '../../runs/model-files.ts';
import type { DeviceName } from '../../runtime/device.ts';
import { compile } from '../../runtime/program.ts';
import { conditionShape, targetShape } from '../../step/model.ts';
import { createPatchMaps, hasDiscriminator, type PatchMap } from '../../step/patch-maps.ts';
import { createTrainee } from '../../train/networks.ts';
import { openTranslator, type Translator } from '../../translate/translator.ts';
import type { Patches } from '../api.ts';
import { seenPair } from './seen-pair.ts';

const translatorsKept = 2;
const open = new Map<string, Promise<Translator>>();

/** A checkpoint or an exported file, and the device to run it on. */
interface Computing {
  readonly model: string;
  readonly device: DeviceName;
}

/** The translator of a model. The last two stay open. After a rollback, or `--force`, a path may get other weights. */
async function translatorOf({ model, device }: Computing): Promise<Translator> {
  const { mtimeMs } = await stat(join(model, checkpointFiles.model)).catch(() => stat(model));
  const key = `${device} ${mtimeMs} ${model}`;
  const translator = open.get(key) ?? openTranslator(model, { device });
  open.delete(key);
  open.set(key, translator);
  for (const [other, opened] of [...open].slice(0, -translatorsKept)) {
    open.delete(other);
    await (await opened.catch(() => undefined))?.close();
  }
  try {
    return await translator;
  } catch (error) {
    open.delete(key);
    throw error;
  }
}

/** Translates an encoded picture to a PNG. */
export async function translatePicture({
  picture,
  name,
  pixels,
  ...computing
}: Computing & {
  readonly picture: Uint8Array;
  readonly name: string;
  readonly pixels: number;
}): Promise<{ readonly png: Uint8Array; readonly milliseconds: number }> {
  const image = await decodeUntrusted(picture, name, pixels);
  const translator = await translatorOf(computing);
  const started = performance.now();
  const generated = await translateShown(translator, image);
  const milliseconds = performance.now() - started;
  return { png: await encodePng(generated), milliseconds };
}

/** Translates raw pixels, one picture after the other. */
export async function translateImages({
  images,
  ...computing
}: Computing & {
  readonly images: readonly Image[];
}): Promise<Image[]> {
  const translator = await translatorOf(computing);
  const generated: Image[] = [];
  for (const image of images) generated.push(await translateShown(translator, image));
  return generated;
}

/** Translates RGB to RGB, for models of other channels too. Throws UserError if the model takes no colours. */
async function translateShown(translator: Translator, image: Image): Promise<Image> {
  const { channels } = translator.description.input;
  return shownImage(await translator.translate(withChannels({ image, alpha: false }, channels) ?? image));
}

export interface PairInView {
  readonly name: string;
  readonly condition: Uint8Array;
  readonly target: Uint8Array;
  readonly generated: Uint8Array;
  readonly patches: Patches[];
  readonly milliseconds: number;
}

/** A pair at the size that the networks saw in training, translated and judged. */
export async function viewPair({
  files,
  ...computing
}: Computing & {
  readonly files: PairFiles;
}): Promise<PairInView> {
  const translator = await translatorOf(computing);
  const { config, tensors } = await openModel(computing.model);
  const { name, condition, target } = await seenPair(files, config);
  const started = performance.now();
  const generated = await translator.translate(condition);
  const milliseconds = performance.now() - started;
  return {
    name,
    condition: await encodePng(shownImage(condition)),
    target: await encodePng(shownImage(target)),
    generated: await encodePng(shownImage(generated)),
    patches: await judgeBoth(config, tensors, { condition, target, generated }),
    milliseconds,
  };
}

async function judgeBoth(
  config: RunConfig,
  tensors: WeightsMap,
  { condition, target, generated }: Record<'condition' | 'target' | 'generated', Image<Samples>>,
): Promise<Patches[]> {
  const values = Object.fromEntries([...tensors].map(([name, { data }]) => [name, data]));
  if (!hasDiscriminator(values)) return [];
  const maps = await createPatchMaps(compile, config, values);
  try {
    const real = await maps.run(target, condition);
    const fake = await maps.run(generated, condition);
    return real.map((map, scale) => patchesOf(map, fake[scale]!));
  } finally {
    await maps.release();
  }
}

function patchesOf(target: PatchMap, generated: PatchMap): Patches {
  const list = ({ values }: PatchMap) => Array.from(values, value => Math.round(value * 1e4) / 1e4);
  return { height: target.height, width: target.width, target: list(target), generated: list(generated) };
}

/** Exports a checkpoint's generator for pictures of any size, unless the file exists. */
export async function exportModel({
  model,
  path,
}: {
  readonly model: string;
  readonly path: string;
}): Promise<void> {
  if (!(await exists(path))) await writeOnnx(model, path, { size: 'free', form: 'image' });
}

const timedSeconds = 3;
const mostSteps = 10;

/** Seconds that a training step takes on a device: the median of up to ten on noise, within about three seconds. */
export async function timeSteps({
  config,
  device,
}: {
  readonly config: RunConfig;
  readonly device: DeviceName;
}): Promise<number> {
  const random = Random.fromSeed(0);
  const trainee = await createTrainee(config, random, { device });
  const noise = (shape: readonly number[]) =>
    new Float32Array(elements(shape)).map(() => 2 * random.uniform() - 1);
  const batch = { condition: noise(conditionShape(config)), target: noise(targetShape(config)) };
  const times: number[] = [];
  try {
    // The first step allocates memory, so it is not counted.
    await trainee.step(batch, config.optimizer.learningRate);
    const end = performance.now() + 1000 * timedSeconds;
    do {
      const started = performance.now();
      await trainee.step(batch, config.optimizer.learningRate);
      times.push((performance.now() - started) / 1000);
    } while (performance.now() < end && times.length < mostSteps);
  } finally {
    await trainee.release();
  }
  return median(times);
}
