import * as ort from 'onnxruntime-node';
import type { Runtime } from './resident.ts';
import './telemetry.ts';

/** ONNX Runtime for Node. */
export const nodeRuntime: Runtime = ort;
