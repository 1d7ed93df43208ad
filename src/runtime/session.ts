import * as ort from 'onnxruntime-node';
import type { Shape } from '../core/shape.ts';
import './telemetry.ts';

/** An array with its shape; the array's type is the ONNX value's. */
export interface SessionValue {
  readonly data: Float32Array | Uint8Array;
  readonly shape: Shape;
}

/** An ONNX model from elsewhere, such as an exported generator, on the processor. */
export interface Session {
  run(feeds: Readonly<Record<string, SessionValue>>): Promise<Record<string, SessionValue>>;
  release(): Promise<void>;
}

/**
 * Opens an encoded model. Throws ONNX Runtime's reason where it refuses it.
 * @param options.threads within an op; 0: one per core.
 * @param options.spinning whether idle threads keep their core busy, ready for the next op.
 */
export async function openSession(
  model: Uint8Array,
  { threads = 0, spinning = false } = {},
): Promise<Session> {
  const session = await ort.InferenceSession.create(model, {
    executionProviders: ['cpu'],
    intraOpNumThreads: threads,
    // Errors are thrown; what else there is to say is noise.
    logSeverityLevel: 4,
    extra: { session: { intra_op: { allow_spinning: spinning ? '1' : '0' } } },
  });
  return {
    run: async feeds => {
      const tensors = Object.entries(feeds).map(([name, value]) => [name, tensorOf(value)] as const);
      const results = await session.run(Object.fromEntries(tensors));
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
