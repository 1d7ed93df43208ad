import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { messageOf } from '../core/errors.ts';
import { GraphBuilder } from '../onnx/builder.ts';
import { deviceFailure } from './device-failure.ts';
import { nodeRuntime } from './node.ts';

/** A graphics processor, or a program that plays one. */
export interface Adapter {
  readonly name: string;
  /** Such as SwiftShader or llvmpipe: slower than computing on the processor directly. */
  readonly software: boolean;
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
  const builder = new GraphBuilder();
  builder.output(builder.node('Neg', [builder.input('x', [1])]), [1]);
  try {
    const session = await nodeRuntime.InferenceSession.create(builder.build(), {
      executionProviders: [provider],
      logSeverityLevel: 4,
    });
    await session.run({ x: new nodeRuntime.Tensor('float32', Float32Array.of(1), [1]) });
    await session.release();
  } catch (error) {
    return { missing: firstLine(messageOf(deviceFailure(`"${provider}"`, error))) };
  }
  return provider === 'cuda' ? { name: await graphicsName(), software: false } : adapterInUse();
}

/** ONNX Runtime does not say which adapter it took: on Linux the drivers that are loaded by now do. */
async function adapterInUse(): Promise<Adapter> {
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
