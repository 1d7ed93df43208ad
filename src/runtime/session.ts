import * as ort from 'onnxruntime-node';
import type { Shape } from '../core/shape.ts';
import { type DeviceName, devices } from './device.ts';
import { deviceFailure } from './device-failure.ts';
import './telemetry.ts';

/** An array with its shape; the array's type is the ONNX value's. */
export interface SessionValue {
  readonly data: Float32Array | Uint8Array;
  readonly shape: Shape;
}

/** An ONNX model from elsewhere, such as an exported generator. */
export interface Session {
  /** Names of inputs and outputs. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  run(feeds: Readonly<Record<string, SessionValue>>): Promise<Record<string, SessionValue>>;
  release(): Promise<void>;
}

/** What a model is computed on. */
export interface Computing {
  /** Default: the CPU. */
  readonly device?: DeviceName | undefined;
  /** CPU threads; 0, the default: one per core. */
  readonly threads?: number | undefined;
}

export interface SessionOptions extends Computing {
  /** Whether idle threads keep their core busy, ready for the next op. */
  readonly spinning?: boolean;
  /** Whether memory that a run frees is kept for the next, the default: large images make much of it. */
  readonly arena?: boolean;
}

/**
 * Opens an encoded model, or the file that holds it: that takes less memory by the model's size. Throws UserError where
 * the device fails, or an Error with ONNX Runtime's reason if it refuses the model.
 */
export async function openSession(
  model: Uint8Array | string,
  { device = 'cpu', threads = 0, spinning = false, arena = true }: SessionOptions = {},
): Promise<Session> {
  const { provider } = devices[device];
  const fail = (error: unknown): never => {
    throw device === 'cpu' ? error : deviceFailure(`"${device}"`, error);
  };
  const options: ort.InferenceSession.SessionOptions = {
    executionProviders: [provider],
    intraOpNumThreads: threads,
    enableCpuMemArena: arena,
    // Errors are thrown; other log messages are noise.
    logSeverityLevel: 4,
    extra: { session: { intra_op: { allow_spinning: spinning ? '1' : '0' } } },
  };
  const session = await (typeof model === 'string'
    ? ort.InferenceSession.create(model, options)
    : ort.InferenceSession.create(model, options)
  ).catch(fail);
  return {
    inputs: session.inputNames,
    outputs: session.outputNames,
    run: async feeds => {
      const tensors = Object.entries(feeds).map(([name, value]) => [name, tensorOf(value)] as const);
      const results = await session.run(Object.fromEntries(tensors)).catch(fail);
      return Object.fromEntries(
        Object.entries(results).map(([name, { data, dims }]) => [
          name,
          { data: data as SessionValue['data'], shape: dims },
        ]),
      );
    },
    release: () => session.release(),
  };
}

function tensorOf({ data, shape }: SessionValue): ort.Tensor {
  return data instanceof Float32Array
    ? new ort.Tensor('float32', data, shape)
    : new ort.Tensor('uint8', data, shape);
}
