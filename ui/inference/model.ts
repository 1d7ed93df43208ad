import type { Image } from '../../src/core/image.ts';
import type { ErrorCode, Pix2PixError } from '../../src/web/index.ts';

/** A trained generator, wherever it runs. */
export interface ImageModel {
  /** For people: `WebGPU`, `WebAssembly, 2 threads` or `the studio’s server`. */
  readonly backend: string;
  /** Translates an RGB image; the result has the same size. */
  translate(image: Image): Promise<Translated>;
  close(): void;
}

/** A model of a {@link ModelSource}. */
export interface OpenedModel extends ImageModel {
  /** Whether this browser computes; otherwise pictures are sent to the studio. */
  readonly isLocal: boolean;
}

export interface Translated {
  readonly image: Image;
  /** Time until the result was there; on the server, without transport. */
  readonly milliseconds: number;
}

/** Where to find a model. */
export interface ModelSource {
  /** A `model.json` or an .onnx file. */
  readonly url: string;
  /** The URL that translates pictures if the browser can't; null if there is no server. */
  readonly translateUrl: string | null;
}

/** Why a model in this browser failed; undefined for other errors. */
export function codeOf(error: unknown): ErrorCode | undefined {
  return (error as Partial<Pix2PixError>).code;
}
