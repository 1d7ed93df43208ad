import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { messageOf } from '../core/errors.ts';
import { GraphBuilder } from '../onnx/builder.ts';
import { TensorProto_DataType as DataType } from '../onnx/onnx_pb.ts';
import { deviceFailure } from './device-failure.ts';
import { nodeRuntime } from './node.ts';

/** A graphics processor, or a program that plays one. */
export interface Adapter {
  readonly name: string;
  /** Such as SwiftShader or llvmpipe: slower than computing on the processor directly. */
  readonly software: boolean;
  /** Whether it computes in float16 (WebGPU's shader-f16). */
  readonly half: boolean;
}

/** What came of trying a device: an adapter, or why there is none. */
export type Probe = Adapter | { readonly missing: string };

/**
 * Tries a device in a process of its own, which a broken driver may take along. From the sources, where a new process
 * could not load TypeScript, it tries in this one.
 */
export async function probe(provider: 'webgpu' | 'cuda'): Promise<Probe> {
  if (import.meta.url.endsWith('.ts')) return probeHere(provider);
  const script = fileURLToPath(new URL('./probe.js', import.meta.url));
  return promisify(execFile)(process.execPath, [script, provider]).then(
    ({ stdout }) => JSON.parse(stdout) as Probe,
    error => ({ missing: `its driver ended the process that tried it (${firstLine(messageOf(error))})` }),
  );
}

export async function probeHere(provider: 'webgpu' | 'cuda'): Promise<Probe> {
  try {
    await negateOn(provider, DataType.FLOAT);
  } catch (error) {
    return { missing: firstLine(messageOf(deviceFailure(`"${provider}"`, error))) };
  }
  if (provider === 'cuda') return { name: await graphicsName(), software: false, half: false };
  const half = await negateOn(provider, DataType.FLOAT16).then(
    () => true,
    () => false,
  );
  return { ...(await adapterInUse()), half };
}

/** Computes something small, [1] → [1], in a type. Throws where the device can't. */
async function negateOn(provider: string, type: DataType): Promise<void> {
  const builder = new GraphBuilder();
  const value = builder.node('Cast', [builder.input('x', [1])], { to: type });
  builder.output(builder.node('Cast', [builder.node('Neg', [value])], { to: DataType.FLOAT }), [1]);
  const session = await nodeRuntime.InferenceSession.create(builder.build(), {
    executionProviders: [provider],
    logSeverityLevel: 4,
  });
  try {
    await session.run({ x: new nodeRuntime.Tensor('float32', Float32Array.of(1), [1]) });
  } finally {
    await session.release();
  }
}

/** ONNX Runtime does not say which adapter it took: on Linux the drivers that are loaded by now do. */
async function adapterInUse(): Promise<Omit<Adapter, 'half'>> {
  if (process.platform !== 'linux') return { name: await graphicsName(), software: false };
  const libraries = await readFile('/proc/self/maps', 'utf8').catch(() => '');
  const hardware = /libvulkan_(?!lvp|virtio)\w+\.so|libGLX_nvidia|libnvidia-(vulkan|glcore)/.test(libraries);
  if (hardware && (await mayHaveGraphics())) return { name: await graphicsName(), software: false };
  const name = /swiftshader/i.test(libraries) ? 'SwiftShader' : 'llvmpipe';
  return { name: `${name} (software)`, software: true };
}

/** Whether there may be a graphics processor in hardware: on Linux the kernel's drivers show theirs in /dev. */
export async function mayHaveGraphics(): Promise<boolean> {
  if (process.platform !== 'linux') return true;
  const nodes = await readdir('/dev').catch(() => []);
  return nodes.some(name => /^(nvidia\d+|dri|dxg)$/.test(name));
}

const vendors: Readonly<Record<string, string>> = { '0x10de': 'NVIDIA', '0x1002': 'AMD', '0x8086': 'Intel' };

/** The graphics processor's name as far as the system tells. */
async function graphicsName(): Promise<string> {
  if (process.platform === 'darwin') return `${cpus()[0]?.model ?? 'Apple'} GPU`;
  const cards = await readdir('/proc/driver/nvidia/gpus').catch(() => []);
  for (const card of cards) {
    const text = await readFile(`/proc/driver/nvidia/gpus/${card}/information`, 'utf8').catch(() => '');
    const model = /^Model:\s*(.+)$/m.exec(text)?.[1];
    if (model) return model;
  }
  for (const node of await readdir('/sys/class/drm').catch(() => [])) {
    const id = await readFile(`/sys/class/drm/${node}/device/vendor`, 'utf8').catch(() => '');
    const vendor = vendors[id.trim()];
    if (vendor) return `${vendor} GPU`;
  }
  return 'GPU';
}

function firstLine(text: string): string {
  return text.split('\n')[0]!;
}
