import type { Image } from '../../src/core/image.ts';

/** A trained generator, wherever it runs. */
export interface ImageModel {
  /** For people: `WebGPU`, `WebAssembly, 2 threads` or `the studio’s server`. */
  readonly backend: string;
  /** Translates an RGB image; the result has the same size. */
  translate(image: Image): Promise<Translated>;
  close(): void;
}

export interface Translated {
  readonly image: Image;
  /** Time for computing it, without transport. */
  readonly milliseconds: number;
}

/** Where to find a model. */
export interface ModelSource {
  /** The .onnx file: `condition` uint8 [1, H, W, C] → `generated` uint8. */
  readonly url: string;
  /** The URL that translates pictures if the browser can't; null if there is no server. */
  readonly translateUrl: string | null;
  /** Height and width have to be multiples of this, and at least `smallest`. */
  readonly multiple: number;
  readonly smallest: number;
  /** Channels of the condition: 3 for RGB, 1 for gray. */
  readonly channels: number;
}
