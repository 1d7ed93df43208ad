import { Pix2PixError } from './errors.ts';

export type DevicePreference = 'auto' | 'webgpu' | 'wasm';

/**
 * What to compute on. The build of ONNX Runtime for WebGPU waits for the GPU with JSPI, which not all browsers with
 * WebGPU have; and a software adapter would be slower than WebAssembly.
 * Throws {@link Pix2PixError} for `webgpu` in a browser without.
 */
export async function chooseDevice(preference: DevicePreference): Promise<'webgpu' | 'wasm'> {
  if (preference === 'wasm') return 'wasm';
  const adapter = 'Suspending' in WebAssembly ? await findAdapter() : null;
  if (preference === 'auto') return adapter && adapter.info?.isFallbackAdapter !== true ? 'webgpu' : 'wasm';
  if (adapter) return 'webgpu';
  throw new Pix2PixError('webgpu', 'Cannot compute on WebGPU: this browser has none; use the device "auto"');
}

interface Adapter {
  readonly info?: { readonly isFallbackAdapter?: boolean };
}

async function findAdapter(): Promise<Adapter | null> {
  const { gpu } = navigator as { gpu?: { requestAdapter(): Promise<Adapter | null> } };
  return (await gpu?.requestAdapter().catch(() => null)) ?? null;
}

/** Threads share memory, which only isolated pages may. */
export function defaultThreads(): number {
  return globalThis.crossOriginIsolated ? Math.min(navigator.hardwareConcurrency, 8) : 1;
}
