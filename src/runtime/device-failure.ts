import { messageOf, UserError } from '../core/errors.ts';

/** What ONNX Runtime says where a device is at fault, and what there is to do. */
const causes: readonly (readonly [pattern: RegExp, explanation: string])[] = [
  [
    /Failed to get a WebGPU adapter|No supported adapters|no available backend/i,
    'there is no WebGPU adapter; install the graphics driver (on Linux its Vulkan part and libvulkan1), or use --device cpu',
  ],
  [
    /ExecutionProvider_Cuda|onnxruntime_providers_(cuda|shared)/i,
    "ONNX Runtime's CUDA library is not installed; see README, or use --device webgpu or cpu",
  ],
  [
    /device (is |was )?lost|DeviceLost/i,
    'the adapter was lost, as after a driver reset; run it again (a training goes on with --resume RUN, its checkpoints are intact), with --device cpu if it happens again',
  ],
  [
    /requires f16/,
    'its adapter has no float16 (shader-f16); use a model of another --precision, or --device cpu',
  ],
  [
    /out.of.memory|OutOfMemory|exceeds? the (max|limit)|Failed to allocate/i,
    'its memory does not suffice; use a smaller --size, --batch-size or --filters, or --device cpu. Checkpoints are intact',
  ],
];

/** The error as a {@link UserError} of one line, where the device is at fault; otherwise as it is. */
export function deviceFailure(device: string, error: unknown): unknown {
  const found = causes.find(([pattern]) => pattern.test(messageOf(error)));
  return found ? new UserError(`Cannot compute on ${device}: ${found[1]}`) : error;
}
