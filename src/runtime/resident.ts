import type { InferenceSession, Tensor as OrtTensor, TensorConstructor } from 'onnxruntime-node';
import { elements, type Shape, showShape } from '../core/shape.ts';
import { input, type Tensor } from '../graph/index.ts';
import type { Segment } from '../lower/emitter.ts';
import { lower } from '../lower/lower.ts';
import type { Device } from './device.ts';
import { deviceFailure } from './device-failure.ts';
import type { Arrays, Compile } from './program.ts';

/** What both ONNX Runtimes, for Node and for browsers, offer. */
export interface Runtime {
  readonly InferenceSession: {
    create(model: Uint8Array, options?: InferenceSession.SessionOptions): Promise<InferenceSession>;
  };
  readonly Tensor: TensorConstructor;
}

/** A compiled graph whose state stays in the device's memory from run to run. */
export interface ResidentProgram {
  /** Names of the inputs that each run needs. */
  readonly inputs: readonly string[];
  /** Shapes of the arrays that stay, by name: inputs that outputs of the same name replace. */
  readonly state: ReadonlyMap<string, Shape>;
  /** Bytes that went to the device and came back in the last run. */
  readonly transferredBytes: { readonly toDevice: number; readonly fromDevice: number };
  /** Takes arrays of the state to the device; those of other names are left alone. */
  put(arrays: Arrays): Promise<void>;
  /** Copies arrays of the state from the device into `arrays`; those of other names are left alone. */
  get(arrays: Arrays): Promise<void>;
  /** Computes the outputs that are no state. Where `accepts` refuses those, the state stays as it was. */
  run(
    arrays: Arrays,
    accepts?: (returned: Readonly<Record<string, Float32Array>>) => boolean,
  ): Promise<Record<string, Float32Array>>;
  release(): Promise<void>;
}

/** {@link Compile} for any device; arrays are copied there and back in each run. */
export function compilerFor(runtime: Runtime, device: Device): Compile {
  return async outputs => {
    const { inputs, run, release } = await compileResident(runtime, device, outputs);
    const bind = (arrays: Arrays) => async () => {
      for (const [name, values] of Object.entries(await run(arrays))) arrays[name]!.set(values);
    };
    return { inputs, bind, release };
  };
}

export interface ResidentOptions {
  /** Threads within an op on the CPU; default: one per core. */
  readonly threads?: number | undefined;
  /** File name prefix of ONNX Runtime's profile, written on release. */
  readonly profile?: string | undefined;
}

/** Compiles the graph that computes `outputs`; an output with an input's name is the value of that input in the next run. */
export async function compileResident(
  runtime: Runtime,
  device: Device,
  outputs: Readonly<Record<string, Tensor>>,
  { threads = 0, profile }: ResidentOptions = {},
): Promise<ResidentProgram> {
  const lowered = lower(outputs, device.target);
  const whole = (segments: readonly Segment[]) => segments[0]!;
  const inputs = new Map([...lowered.inputs].map(([name, segments]) => [name, whole(segments)]));
  const results = new Map([...lowered.outputs].map(([name, segments]) => [name, whole(segments)]));
  const kept = [...inputs.keys()].filter(name => results.has(name));
  const shapes = new Map(kept.map(name => [name, inputs.get(name)!.shape]));
  const places = [...results].map(([name, { value }]) => [value, placeOf(device, shapes.has(name))]);
  const session = await openResidentSession(runtime, device, lowered.model, {
    preferredOutputLocation: Object.fromEntries(places),
    intraOpNumThreads: threads,
    ...(profile === undefined ? {} : { enableProfiling: true, profileFilePrefix: profile }),
  });
  const state = new Map<string, OrtTensor>();
  const replace = (name: string, tensor: OrtTensor) => {
    state.get(name)?.dispose();
    state.set(name, tensor);
  };
  const transferredBytes = { toDevice: 0, fromDevice: 0 };
  return {
    inputs: [...inputs.keys()].filter(name => !shapes.has(name)),
    state: shapes,
    transferredBytes,
    put: async arrays => {
      // Goes up with the next run, whose outputs then take its place.
      for (const [name, shape] of ofNames(arrays, shapes)) {
        replace(name, new runtime.Tensor('float32', arrays[name]!.slice(), shape));
      }
    },
    get: async arrays => {
      const held = [...ofNames(arrays, shapes).keys()].map(name => [name, state.get(name)!] as const);
      for (const [name, tensor] of await download(runtime, device, new Map(held))) {
        arrays[name]!.set(tensor.data as Float32Array);
      }
    },
    run: async (arrays, accepts = () => true) => {
      Object.assign(transferredBytes, { toDevice: 0, fromDevice: 0 });
      const feeds: Record<string, OrtTensor> = {};
      for (const [name, { value, shape }] of inputs) {
        const held = state.get(name);
        feeds[value] = held ?? tensorOf(runtime, name, arrays[name], shape);
        if (held?.location !== 'gpu-buffer') transferredBytes.toDevice += bytesOf(shape);
      }
      const computed = await session.run(feeds).catch(error => {
        throw deviceFailure(`"${device.provider}"`, error);
      });
      const returned: Record<string, Float32Array> = {};
      for (const [name, { value, shape }] of results) {
        const tensor = computed[value]!;
        if (tensor.location !== 'gpu-buffer') transferredBytes.fromDevice += bytesOf(shape);
        if (!shapes.has(name)) returned[name] = tensor.data as Float32Array;
      }
      const accepted = accepts(returned);
      for (const name of shapes.keys()) {
        const next = computed[results.get(name)!.value]!;
        if (accepted) replace(name, next);
        else next.dispose();
      }
      return returned;
    },
    release: async () => {
      for (const tensor of state.values()) tensor.dispose();
      state.clear();
      if (profile !== undefined) session.endProfiling();
      await session.release();
    },
  };
}

const bytesOf = (shape: Shape): number => 4 * elements(shape);

const placeOf = ({ resident }: Device, stays: boolean) => (resident && stays ? 'gpu-buffer' : 'cpu');

/** Those of `shapes` that `arrays` has, too. */
function ofNames(arrays: Arrays, shapes: ReadonlyMap<string, Shape>): Map<string, Shape> {
  return new Map([...shapes].filter(([name]) => arrays[name] !== undefined));
}

function tensorOf(runtime: Runtime, name: string, array: Float32Array | undefined, shape: Shape): OrtTensor {
  if (array?.length === elements(shape)) return new runtime.Tensor('float32', array, shape);
  const given = array ? `${array.length} values were given` : 'no array was given';
  throw new Error(`Cannot use "${name}" as ${showShape(shape)}: ${given}`);
}

/**
 * Copies tensors from the device, through a session that hands its inputs on: reading a tensor on the device directly
 * aborts the process with ONNX Runtime 1.30. (So does disposing of one whose session was released.)
 */
async function download(
  runtime: Runtime,
  device: Device,
  tensors: ReadonlyMap<string, OrtTensor>,
): Promise<ReadonlyMap<string, OrtTensor>> {
  if ([...tensors.values()].every(({ location }) => location !== 'gpu-buffer')) return tensors;
  const outputs = [...tensors].map(([name, { dims }]) => [name, input(name, dims)] as const);
  const lowered = lower(Object.fromEntries(outputs), device.target);
  const onnxName = (segments: ReadonlyMap<string, readonly Segment[]>, name: string) =>
    segments.get(name)![0]!.value;
  const session = await openResidentSession(runtime, device, lowered.model, {
    preferredOutputLocation: 'cpu',
  });
  const feeds = [...tensors].map(([name, tensor]) => [onnxName(lowered.inputs, name), tensor]);
  const results = await session.run(Object.fromEntries(feeds));
  await session.release();
  return new Map([...tensors.keys()].map(name => [name, results[onnxName(lowered.outputs, name)]!]));
}

async function openResidentSession(
  runtime: Runtime,
  { provider, optimization }: Device,
  model: Uint8Array,
  options: InferenceSession.SessionOptions,
): Promise<InferenceSession> {
  try {
    return await runtime.InferenceSession.create(model, {
      executionProviders: [provider],
      graphOptimizationLevel: optimization,
      // Spinning threads would take the cores from whoever else computes.
      extra: { session: { intra_op: { allow_spinning: '0' } } },
      // What goes wrong is thrown as well.
      logSeverityLevel: 4,
      ...options,
    });
  } catch (error) {
    throw deviceFailure(`"${provider}"`, error);
  }
}
