import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { firstLineOf, UserError } from '../core/errors.ts';
import { type Precision, precisions } from '../lower/emitter.ts';
import { GraphBuilder } from '../onnx/builder.ts';
import { TensorProto_DataType as DataType } from '../onnx/onnx_pb.ts';
import { type DeviceName, deviceNames, devices } from './device.ts';
import { deviceFailure } from './device-failure.ts';
import { nodeRuntime } from './node.ts';

export const deviceChoices = ['auto', ...deviceNames] as const;

/** What a device may be asked for by: its name, or `auto`. */
export type DeviceChoice = (typeof deviceChoices)[number];

/** A device to compute on, its description for users, and the precisions that it can train in. */
export interface ChosenDevice {
  readonly device: DeviceName;
  readonly description: string;
  readonly precisions: readonly Precision[];
}

const cpu: ChosenDevice = {
  device: 'cpu',
  description: 'the CPU',
  precisions: ['float32'],
};

/**
 * The device of a name; `auto` is a hardware WebGPU adapter if there is one, otherwise the CPU.
 * Throws {@link UserError} for other names, and for a device that is not usable.
 */
export async function chooseDevice(wanted: string): Promise<ChosenDevice> {
  if (wanted === 'cpu') return cpu;
  if (wanted === 'auto') {
    if (!(await mayHaveGraphics())) return cpu;
    const found = await probe('webgpu');
    return 'missing' in found || found.software ? cpu : chosen('webgpu', found);
  }
  if (wanted !== 'webgpu' && wanted !== 'cuda') {
    throw new UserError(`Cannot use --device "${wanted}": it must be one of ${deviceChoices.join(', ')}`);
  }
  return chosen(wanted, await probe(wanted));
}

function chosen(device: 'webgpu' | 'cuda', found: Probe): ChosenDevice {
  if ('missing' in found) throw new UserError(found.missing);
  return {
    device,
    description: `${found.name} through ${device === 'cuda' ? 'CUDA' : 'WebGPU'}`,
    precisions: precisionsOf(device, found),
  };
}

function precisionsOf(device: DeviceName, { float16 }: Adapter): Precision[] {
  return precisions.filter(each => each === 'float32' || (devices[device].resident && float16));
}

/** Throws {@link UserError} if a device can't train in a precision. */
export function assertTrainsIn(
  precision: Precision,
  { device, description, precisions }: ChosenDevice,
): void {
  if (precisions.includes(precision)) return;
  throw new UserError(
    `Cannot train in ${precision} on device "${device}": ${description} has only ${precisions.join(' and ')}; use precision ${precisions.join(' or ')}`,
  );
}

/** A device, whether it can be used here, and its description or the reason why not. */
export interface ListedDevice extends ChosenDevice {
  readonly usable: boolean;
}

/** Each device, whether it can be used here, and why not. */
export async function listDevices(): Promise<ListedDevice[]> {
  const others = (['webgpu', 'cuda'] as const).map(async device => {
    const found = await probe(device);
    if ('missing' in found) {
      const reason = found.missing.replace(/^Cannot compute on "\w+": /, '');
      return { device, usable: false, description: reason, precisions: [] };
    }
    const slow = found.software ? ', slower than the CPU; "auto" does not use it' : '';
    return {
      device,
      usable: true,
      description: `${found.name}${slow}`,
      precisions: precisionsOf(device, found),
    };
  });
  return [{ ...cpu, usable: true }, ...(await Promise.all(others))];
}

/** A GPU, or a program that emulates one. */
interface Adapter {
  readonly name: string;
  /** Such as SwiftShader or llvmpipe: slower than computing on the CPU directly. */
  readonly software: boolean;
  /** Whether it computes in float16 (WebGPU's shader-f16). */
  readonly float16: boolean;
}

/** The result of probing a device: an adapter, or the reason why there is none. */
type Probe = Adapter | { readonly missing: string };

const PROBE_MILLISECONDS = 30_000;

/**
 * Probes a device in a separate process, which a broken driver may crash or block. When run from the sources, which a new process
 * could not load, it probes in this one.
 */
async function probe(provider: 'webgpu' | 'cuda'): Promise<Probe> {
  if (import.meta.url.endsWith('.ts')) return probeHere(provider);
  const script = fileURLToPath(new URL('./probe.js', import.meta.url));
  try {
    const limits = { timeout: PROBE_MILLISECONDS, killSignal: 'SIGKILL' } as const;
    const { stdout } = await promisify(execFile)(process.execPath, [script, provider], limits);
    return JSON.parse(stdout.trim().split('\n').at(-1)!); // drivers may print lines before
  } catch (error) {
    return {
      missing: `Cannot compute on "${provider}": the process that tried it crashed or took more than ${PROBE_MILLISECONDS / 1000} s (${firstLineOf(error)}); update the graphics driver, or use --device cpu`,
    };
  }
}

export async function probeHere(provider: 'webgpu' | 'cuda'): Promise<Probe> {
  try {
    await negateOn(provider, DataType.FLOAT);
  } catch (error) {
    return { missing: firstLineOf(deviceFailure(`"${provider}"`, error)) };
  }
  if (provider === 'cuda') return { name: await graphicsName(), software: false, float16: false };
  const float16 = await negateOn(provider, DataType.FLOAT16).then(
    () => true,
    () => false,
  );
  return { ...(await adapterInUse()), float16 };
}

/** Computes something small, [1] → [1], in a data type. Throws if the device can't. */
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

/** ONNX Runtime does not report which adapter it uses: on Linux, the drivers loaded by now show it. */
async function adapterInUse(): Promise<Omit<Adapter, 'float16'>> {
  if (process.platform !== 'linux') return { name: await graphicsName(), software: false };
  const libraries = await readFile('/proc/self/maps', 'utf8').catch(() => '');
  const hardware = /libvulkan_(?!lvp|virtio)\w+\.so|libGLX_nvidia|libnvidia-(vulkan|glcore)/.test(libraries);
  if (hardware && (await mayHaveGraphics())) return { name: await graphicsName(), software: false };
  const name = /swiftshader/i.test(libraries) ? 'SwiftShader' : 'llvmpipe';
  return { name: `${name} (software)`, software: true };
}

/** Whether there may be a hardware GPU: on Linux, the kernel's drivers list theirs in /dev. */
async function mayHaveGraphics(): Promise<boolean> {
  if (process.platform !== 'linux') return true;
  const nodes = await readdir('/dev').catch(() => []);
  return nodes.some(name => /^(nvidia\d+|dri|dxg)$/.test(name));
}

const vendors: Readonly<Record<string, string>> = { '0x10de': 'NVIDIA', '0x1002': 'AMD', '0x8086': 'Intel' };

/** The GPU's name, if the system reports it. */
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
