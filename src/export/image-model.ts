import { readFile } from 'node:fs/promises';
import { firstLineOf, UserError } from '../core/errors.ts';
import { type Image, imageToPlanes, planesToImage, type Samples } from '../core/image.ts';
import { explainFileError } from '../files/file-error.ts';
import { bytesOf } from '../images/picture.ts';
import { decodeModel } from '../onnx/model.ts';
import type { ModelProto } from '../onnx/onnx_pb.ts';
import { collectGarbage } from '../runtime/collect-garbage.ts';
import { type Computing, openSession, type SessionValue } from '../runtime/session.ts';
import { BROKEN, descriptionIn, type ModelDescription } from './description.ts';

/** A generator's output for an image is NaN or infinite. */
export class BrokenPictureError extends UserError {
  /** @param image how messages name the image. */
  constructor(image = 'the image') {
    super(
      `Cannot translate ${image}: the generator’s output holds NaN or infinite values, although its weights are finite; ` +
        'train again with a lower --learning-rate or with --clip-norm 1',
    );
  }
}

/** The result, or null for a {@link BrokenPictureError}. */
export async function unlessBroken<Made>(made: Promise<Made>): Promise<Made | null> {
  return made.catch(error => {
    if (error instanceof BrokenPictureError) return null;
    throw error;
  });
}

/** An exported generator, ready to run. */
export interface ImageModel {
  readonly description: ModelDescription;
  /**
   * Translates an image whose sides suit {@link ModelDescription.size}. Throws {@link BrokenPictureError} if the result
   * holds NaN or infinite values; a model with bytes as output has to count them itself, as those of runs do.
   */
  run(condition: Image<Samples>): Promise<Image<Samples>>;
  release(): Promise<void>;
}

/** Opens a .onnx file that `export` wrote. Throws {@link UserError} for any other. */
export async function readImageModel(path: string, computing: Computing = {}): Promise<ImageModel> {
  const description = await readDescription(path);
  collectGarbage();
  return openImageModel(path, description, computing).catch(error => {
    if (error instanceof UserError) throw error;
    return refuseModel(path, `ONNX Runtime does not accept it: ${firstLineOf(error)}`);
  });
}

function refuseModel(path: string, reason: string): never {
  throw new UserError(`Cannot use model "${path}": ${reason}`);
}

/** The description in a .onnx file that `export` wrote. Throws {@link UserError} for any other. */
export async function readDescription(path: string): Promise<ModelDescription> {
  const refuse = (reason: string) => refuseModel(path, reason);
  const bytes = await readFile(path).catch(error => refuse(explainFileError(error)));
  const metadata = metadataOf(bytes) ?? refuse('it is not an ONNX model, or is damaged');
  return (
    descriptionIn(metadata) ??
    refuse('it has no description of its input; use a file written by "pix2pix export" of this version')
  );
}

/** @param model an encoded model with this description, or its file, which may be removed afterwards. */
export async function openImageModel(
  model: Uint8Array | string,
  description: ModelDescription,
  computing: Computing = {},
): Promise<ImageModel> {
  const session = await openSession(model, { ...computing, arena: false });
  const { output } = description;
  return {
    description,
    run: async image => {
      const { width, height } = image;
      const results = await session.run(feedOf(image, description));
      const result = results[output.name]!.data;
      if (results[BROKEN]?.data[0] || (result instanceof Float32Array && !result.every(Number.isFinite))) {
        throw new BrokenPictureError();
      }
      if (result instanceof Float32Array) {
        return planesToImage(result, width, height, output.channels, output.depth);
      }
      return { width, height, channels: output.channels, data: result };
    },
    release: () => session.release(),
  };
}

/** An image as a model's input. */
export function feedOf(image: Image<Samples>, { input }: ModelDescription): Record<string, SessionValue> {
  const { width, height, channels } = image;
  const data = input.type === 'uint8' ? bytesOf(image) : imageToPlanes(image);
  const shape = input.layout === 'NCHW' ? [1, channels, height, width] : [1, height, width, channels];
  return { [input.name]: { data, shape } };
}

function metadataOf(bytes: Uint8Array): Record<string, string> | null {
  let model: ModelProto;
  try {
    model = decodeModel(bytes);
  } catch {
    return null;
  }
  if (!model.graph) return null;
  return Object.fromEntries(model.metadataProps.map(({ key, value }) => [key, value]));
}
