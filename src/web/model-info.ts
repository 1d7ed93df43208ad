import { Pix2PixError } from './errors.ts';
import { metadataIn } from './onnx-metadata.ts';

/** The newest `model.json` that this version reads and writes. */
export const FORMAT = 1;

/** What `model.json` says of the model beside it; addresses are relative to it. */
export interface Manifest {
  readonly format: number;
  readonly name: string;
  /** Address of the .onnx file. */
  readonly model: string;
  /** Length of the .onnx file. */
  readonly bytes: number;
  /** Hash of the .onnx file, as in HTML's `integrity`: `sha256-…`. */
  readonly integrity: string;
  /** Address of the folder with ONNX Runtime's files. */
  readonly runtime: string;
  /** Addresses of a picture and its translation, to test a GPU with; null for models whose results are random. */
  readonly check: { readonly condition: string; readonly generated: string } | null;
}

/** What the .onnx file says of itself. */
export interface ModelInfo {
  /** The name in `model.json`; the file's own name if there is none. */
  readonly name: string;
  /** Height and width of the images that the model was trained on. */
  readonly size: readonly [height: number, width: number];
  /** The only height and width that the model takes; null: any multiple of `multiple` from `smallest` on. */
  readonly fixed: readonly [height: number, width: number] | null;
  readonly multiple: number;
  readonly smallest: number;
  /** Whether images are resized by copying the nearest pixel, so that the colours of label maps never mix. */
  readonly nearest: boolean;
  readonly input: TensorInfo;
  readonly output: TensorInfo;
}

export interface TensorInfo {
  readonly name: string;
  /** `uint8` [1, H, W, C] from 0 to 255, or `float32` [1, C, H, W] from −1 to 1. */
  readonly type: 'uint8' | 'float32';
  /** 1: gray, 3: RGB. */
  readonly channels: number;
}

/** Throws {@link Pix2PixError} unless `text` is a `model.json` that this version understands. */
export function parseManifest(text: string, url: string): Manifest {
  let manifest: Partial<Manifest>;
  try {
    manifest = JSON.parse(text);
  } catch (cause) {
    throw new Pix2PixError('model', `Cannot load "${url}": it is not JSON`, { cause });
  }
  const { format, model } = manifest ?? {};
  if (typeof format === 'number' && format > FORMAT) {
    throw new Pix2PixError(
      'format',
      `Cannot load "${url}": its format is ${format}, and this version of pix2pix/web reads up to ${FORMAT}; update the library`,
    );
  }
  if (format !== FORMAT || typeof model !== 'string') {
    throw new Pix2PixError(
      'model',
      `Cannot load "${url}": it is not a model.json of format ${FORMAT}; write it with "pix2pix export --format web"`,
    );
  }
  return manifest as Manifest;
}

/** What an .onnx file of `pix2pix export` says in its metadata. Throws {@link Pix2PixError} for any other file. */
export function infoIn(file: Uint8Array, name: string): ModelInfo {
  const refuse = (reason: string): never => {
    throw new Pix2PixError('model', `Cannot load "${name}": ${reason}`);
  };
  const metadata = metadataIn(file) ?? refuse('the file is truncated or damaged');
  const read = (key: string) => {
    try {
      return JSON.parse(metadata.get(`pix2pix.${key}`)!);
    } catch {
      return refuse('it is not an ONNX file that "pix2pix export" wrote');
    }
  };
  const [input, output, size] = ['input', 'output', 'size'].map(read);
  const info: ModelInfo = {
    name,
    size: size.trained,
    fixed: size.fixed,
    multiple: size.multiple,
    smallest: size.smallest,
    nearest: input.resampling === 'nearest',
    input,
    output,
  };
  for (const { channels } of [info.input, info.output])
    if (channels !== 1 && channels !== 3)
      return refuse(`it has images of ${channels} channels, and browsers have gray and RGB`);
  return info;
}
