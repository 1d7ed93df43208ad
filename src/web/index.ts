export { type ErrorCode, Pix2PixError } from './errors.ts';
export { clearCache, type LoadOptions, load, type Progress } from './load.ts';
export type { Model, TranslateOptions } from './model.ts';
export type { ModelInfo, TensorInfo } from './model-info.ts';
export type { Source, Target } from './sources.ts';
