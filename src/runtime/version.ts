import { env } from 'onnxruntime-node';

/** ONNX Runtime's version. */
export const runtimeVersion = env.versions.common ?? 'unknown';
