import { messageOf, UserError } from '../core/errors.ts';

/** Why a device can't be used, or no longer. */
export type DeviceFault = 'missing' | 'lost' | 'float16' | 'memory';

/** A failure of the device, reported in one line. */
export class DeviceError extends UserError {
  constructor(
    readonly fault: DeviceFault,
    message: string,
  ) {
    super(message);
  }
}

/** ONNX Runtime's messages for failures of the device, and the fix for each. */
const causes: readonly (readonly [fault: DeviceFault, pattern: RegExp, explanation: string])[] = [
  [
    'missing',
    /Failed to get a WebGPU adapter|No supported adapters|no available backend/i,
    'there is no WebGPU adapter; install the graphics driver (on Linux its Vulkan part and libvulkan1), or use --device cpu',
  ],
  [
    'missing',
    /ExecutionProvider_Cuda|onnxruntime_providers_(cuda|shared)/i,
    "ONNX Runtime's CUDA library is not installed; see docs/devices.md, or use --device webgpu or cpu",
  ],
  [
    'lost',
    /device (is |was )?lost|DeviceLost/i,
    'the adapter was lost, as after a driver reset; run the command again; continue a run with train --resume RUN (its checkpoints are intact); use --device cpu if it happens again',
  ],
  [
    'float16',
    /requires f16/,
    'its adapter has no float16 (shader-f16): train with --precision float32; a model that is stored in float16 runs with --device cpu',
  ],
  [
    'memory',
    // A failed allocation shows as an error of the call that uses it; arrays too large for one buffer take several.
    /out.of.memory|OutOfMemory|exceeds? the (max|limit)|Failed to allocate|Invalid Buffer.*previous error|Too many storage buffers/i,
    'it does not have enough memory; use a smaller --size, --batch-size or --filters, or --device cpu. Checkpoints are intact',
  ],
];

/** The error as a {@link DeviceError} of one line, if it is a failure of the device; otherwise unchanged. */
export function deviceFailure(device: string, error: unknown): unknown {
  for (const [fault, pattern, explanation] of causes) {
    if (pattern.test(messageOf(error)))
      return new DeviceError(fault, `Cannot compute on ${device}: ${explanation}`);
  }
  return error;
}
