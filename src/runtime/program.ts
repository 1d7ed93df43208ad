import type { InferenceSession } from 'onnxruntime-node';
import * as ort from 'onnxruntime-node';
import { messageOf } from '../core/errors.ts';
import { elements, showShape } from '../core/shape.ts';
import type { Tensor } from '../graph/index.ts';
import type { Segment, Target } from '../lower/emitter.ts';
import { lower } from '../lower/lower.ts';
import { GraphBuilder } from '../onnx/builder.ts';
import { type DeviceName, devices } from './device.ts';
import { keepsFreedMemory } from './environment.ts';
import './telemetry.ts';

/** Arrays by the name of a graph input or output, row-major. */
export type Arrays = Readonly<Record<string, Float32Array>>;

/** A compiled graph. */
export interface Program {
  /** Names of the graph inputs that the outputs depend on. */
  readonly inputs: readonly string[];
  /**
   * Ties inputs and outputs to arrays and returns a function that computes the latter from the former, in place.
   * Arrays are read and written in place, so bind once and change their contents between runs.
   */
  bind(arrays: Arrays): () => Promise<void>;
  release(): Promise<void>;
}

export interface CompileOptions {
  /** Default: the CPU. */
  readonly device?: DeviceName | undefined;
  /** Default: the device's own. */
  readonly target?: Target | undefined;
  /** Threads within an op; default: one per core. */
  readonly threads?: number | undefined;
  /** File name prefix of ONNX Runtime's profile, written on release; default: no profile. */
  readonly profile?: string | undefined;
}

/** Compiles the graph that computes `outputs` (by name) for ONNX Runtime. */
export async function compile(
  outputs: Readonly<Record<string, Tensor>>,
  { device = 'cpu', target = devices[device].target, threads = 0, profile }: CompileOptions = {},
): Promise<Program> {
  const builder = new GraphBuilder();
  const sequence = builder.emptySequence();
  const lowered = lower(outputs, target, builder);
  const session = await ort.InferenceSession.create(lowered.model, {
    executionProviders: [devices[device].provider],
    intraOpNumThreads: threads,
    executionMode: 'sequential',
    graphOptimizationLevel: devices[device].optimization,
    // Its plan of one block per run takes a third more memory than the arena alone, and no less time.
    enableMemPattern: false,
    // An arena belongs to one session, and a step's three are never at work at once: the process's own memory serves all.
    // Except under the profiler, whose records would fragment the memory that a step frees.
    enableCpuMemArena: !keepsFreedMemory() || profile !== undefined,
    // Each session has threads of its own: spinning ones would take the cores from the session at work.
    extra: { session: { intra_op: { allow_spinning: '0' } } },
    ...(profile === undefined ? {} : { enableProfiling: true, profileFilePrefix: profile }),
  });
  return {
    inputs: [...lowered.inputs.keys()],
    bind: arrays => {
      const feeds = tensorsOf(lowered.inputs, arrays);
      const fetches = { [sequence]: null, ...tensorsOf(lowered.outputs, arrays) };
      return () => runInPlace(session, feeds, fetches);
    },
    release: async () => {
      if (profile !== undefined) session.endProfiling();
      await session.release();
    },
  };
}

/** {@link compile}, for code that runs in browsers, too. */
export type Compile = typeof compile;

/** Views of `arrays` as the ONNX values that make them up. */
function tensorsOf(
  segments: ReadonlyMap<string, readonly Segment[]>,
  arrays: Arrays,
): Record<string, ort.Tensor> {
  const tensors: Record<string, ort.Tensor> = {};
  for (const [name, parts] of segments) {
    const array = arrays[name];
    if (!array) throw new Error(`Cannot bind "${name}": no array was given`);
    for (const { value, offset, shape } of parts) {
      const count = elements(shape);
      if (offset + count > array.length) {
        throw new Error(`Cannot bind "${name}" as ${showShape(shape)}: the array has ${array.length} values`);
      }
      tensors[value] = new ort.Tensor('float32', array.subarray(offset, offset + count), shape);
    }
  }
  return tensors;
}

/**
 * Computes the fetches, each into its own array, if the model's first output is a sequence that is fetched, too (null).
 *
 * ONNX Runtime 1.30 writes outputs into the arrays it is given and then returns a copy of each as well: all gradients,
 * 167 MB a step for the article's networks, for which V8 collects garbage six to nine times. It copies in the order of
 * the model's outputs and throws at the first that is not a tensor. A sequence in first place therefore ends the run in
 * that error, with the results in their arrays and nothing copied. package.json keeps ONNX Runtime at 1.30 because another
 * version may word the error differently.
 */
async function runInPlace(
  session: InferenceSession,
  feeds: InferenceSession.FeedsType,
  fetches: InferenceSession.NullableOnnxValueMapType,
): Promise<void> {
  await session.run(feeds, fetches).catch(error => {
    if (!messageOf(error).startsWith('Non tensor type')) throw error;
  });
}
