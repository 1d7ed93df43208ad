import {
  conv2d,
  conv2dInput,
  conv2dKernel,
  input,
  sumPool2d,
  type Tensor,
  upsample2d,
} from '../graph/index.ts';
import { type Convolution, type Form, formsFor, shippedForm } from '../lower/cpu/forms.ts';
import { cpuTarget } from '../lower/cpu/index.ts';
import { compile } from '../runtime/program.ts';

/** Milliseconds that forms take for one convolution, the least of several runs. */
export type FormTimes = Readonly<Partial<Record<Form, number>>>;

/** Runs of each form that is still in question, unless time is up before. */
const ROUNDS = 7;
/** A form that is slower than the fastest by this factor is not run again: after the first run, which takes memory, and later. */
const SLOW_AT_FIRST = 2;
const SLOW = 1.5;

/** Times the forms of a convolution, taking turns, for about `milliseconds`; those that may be the fastest run at least twice. */
export async function timeForms(
  convolution: Convolution,
  threads: number,
  milliseconds: number,
): Promise<FormTimes> {
  const end = performance.now() + milliseconds;
  const outputs = { result: graphOf(convolution) };
  const arrays = arraysFor(convolution);
  const candidates = candidateForms(convolution);
  const times: Partial<Record<Form, number>> = {};
  const programs = new Map<Form, Awaited<ReturnType<typeof open>>>();
  const open = async (form: Form) => {
    const program = await compile(outputs, { target: cpuTarget(() => form), threads });
    return { run: program.bind(arrays), release: () => program.release() };
  };
  for (const form of candidates) programs.set(form, await open(form));
  const time = async (form: Form) => {
    const started = performance.now();
    await programs.get(form)!.run();
    times[form] = Math.min(times[form] ?? Number.POSITIVE_INFINITY, performance.now() - started);
  };
  const fastest = () => Math.min(...Object.values(times));
  for (let round = 0; round < ROUNDS; round++) {
    if (round > 1 && performance.now() > end) break;
    const limit = (round === 1 ? SLOW_AT_FIRST : SLOW) * fastest();
    const left = candidates.filter(form => round === 0 || times[form]! < limit);
    if (round > 0 && left.length === 1) break;
    for (const form of left) await time(form);
  }
  for (const { release } of programs.values()) await release();
  return times;
}

/** The convolution by itself, of inputs `x`, `kernel` and `y`. */
export function graphOf({ pass, upsampled, geometry: g }: Convolution): Tensor {
  const low = input('x', [g.batch, g.height, g.width, g.channels]);
  const x = upsampled ? upsample2d(low) : low;
  const kernel = input('kernel', [g.kernelHeight, g.kernelWidth, g.channels, g.outputChannels]);
  const y = input('y', [g.batch, g.rows, g.columns, g.outputChannels]);
  const below = (g.rows - 1) * g.stride + g.kernelHeight - g.top - x.shape[1]!;
  const right = (g.columns - 1) * g.stride + g.kernelWidth - g.left - x.shape[2]!;
  const attributes = {
    stride: g.stride,
    padding: [g.top, g.left, Math.max(below, 0), Math.max(right, 0)],
  };
  if (pass === 'forward') return conv2d(x, kernel, attributes);
  if (pass === 'kernel') return conv2dKernel(x, y, kernel.shape, attributes);
  const gradient = conv2dInput(y, kernel, x.shape, attributes);
  return upsampled ? sumPool2d(gradient) : gradient;
}

/** More values than this side by side leave every cache. */
const MOST_COLUMNS = 6e7;
/** With more low-resolution pixels than this in a batch, an upsampled image itself is not convolved: 64 products against 25. */
const MOST_UPSAMPLED_PIXELS = 256;
/** With fewer output pixels than this, transforming kernels for minimal filtering outweighs its products. */
const FEWEST_MINIMAL_PIXELS = 64;
/** With more channels than this on both sides, projection and ONNX Runtime's operator take several times as long as others. */
const MOST_SLIM_CHANNELS = 32;

/** The forms that {@link timeForms} times. */
export function candidateForms(convolution: Convolution): readonly Form[] {
  return formsFor(convolution).filter(form => mayBeFastest(form, convolution));
}

/** Whether a form can be the fastest on any processor, by a wide margin: trying the others would only take time. */
function mayBeFastest(form: Form, convolution: Convolution): boolean {
  if (form === shippedForm(convolution)) return true;
  const { upsampled, geometry: g } = convolution;
  const isSlim = Math.min(g.channels, g.outputChannels) <= MOST_SLIM_CHANNELS;
  const isDirect = !upsampled || g.batch * g.height * g.width <= MOST_UPSAMPLED_PIXELS;
  const taps = g.batch * g.kernelHeight * g.kernelWidth;
  const may: Readonly<Record<Form, boolean>> = {
    taps: isDirect,
    columns: isDirect && taps * g.rows * g.columns * g.channels <= MOST_COLUMNS,
    minimal: g.batch * g.rows * g.columns >= FEWEST_MINIMAL_PIXELS,
    phases: true,
    project: isSlim && taps * g.height * g.width * g.outputChannels <= MOST_COLUMNS,
    runtime: isDirect && isSlim,
  };
  return may[form];
}

/** Arrays for {@link graphOf}'s inputs and its result. */
function arraysFor({ pass, geometry: g }: Convolution): Record<string, Float32Array> {
  const sizes = {
    x: g.batch * g.height * g.width * g.channels,
    kernel: g.kernelHeight * g.kernelWidth * g.channels * g.outputChannels,
    y: g.batch * g.rows * g.columns * g.outputChannels,
  };
  const result = { forward: 'y', kernel: 'kernel', input: 'x' } as const;
  // Equal values, but no zeros: processors multiply all of them in the same time except denormal ones.
  const arrays = Object.entries(sizes).map(([name, size]) => [name, new Float32Array(size).fill(0.5)]);
  return { ...Object.fromEntries(arrays), result: new Float32Array(sizes[result[pass]]) };
}
