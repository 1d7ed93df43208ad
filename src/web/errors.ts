/** What went wrong, for programs. */
export type ErrorCode =
  /** A file could not be downloaded. */
  | 'network'
  /** The model is damaged, truncated, or not one that pix2pix exported. */
  | 'model'
  /** The model has another hash than it should have. */
  | 'integrity'
  /** The model was written by a newer version of pix2pix. */
  | 'format'
  /** ONNX Runtime could not be loaded, or failed. */
  | 'runtime'
  /** WebGPU was asked for, and the browser has none or computes wrongly on it. */
  | 'webgpu'
  /** The GPU stopped; the model has to be loaded again. */
  | 'device-lost'
  /** There is no picture to translate: none yet, or one that can't be decoded. */
  | 'source'
  /** The browser does not let scripts read the picture, which came from another site. */
  | 'tainted'
  /** The canvas for the result can't be drawn on. */
  | 'target'
  /** The model was disposed of. */
  | 'disposed';

/** What this library throws, apart from the reasons of aborted signals. The message is one sentence for people. */
export class Pix2PixError extends Error {
  override readonly name = 'Pix2PixError';
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
