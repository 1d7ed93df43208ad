import { cpuTarget } from '../lower/cpu/index.ts';
import type { Target } from '../lower/emitter.ts';
import { convTarget, webgpuTarget } from '../lower/webgpu/index.ts';

/** Something that computes. */
export interface Device {
  /** ONNX Runtime's execution provider. */
  readonly provider: string;
  /** How graphs are translated for it. */
  readonly target: Target;
  /** Whether arrays can stay in its memory from run to run. */
  readonly resident: boolean;
  /** ONNX Runtime's own passes over the graph. */
  readonly optimization: 'disabled' | 'all';
}

/** Every device, by the name that `--device` takes. */
export const devices = Object.freeze({
  // The lowering makes ONNX Runtime's own passes needless, and they would undo its recomputation.
  cpu: { provider: 'cpu', target: cpuTarget(), resident: false, optimization: 'disabled' },
  // Here they cancel transpositions, of which the lowering emits pairs.
  webgpu: { provider: 'webgpu', target: webgpuTarget, resident: true, optimization: 'all' },
  cuda: { provider: 'cuda', target: convTarget, resident: false, optimization: 'all' },
} as const satisfies Record<string, Device>);

export type DeviceName = keyof typeof devices;

export const deviceNames = Object.keys(devices) as DeviceName[];

/** The CPU, in a browser. */
export const wasm: Device = {
  provider: 'wasm',
  target: convTarget,
  resident: false,
  optimization: 'all',
};
