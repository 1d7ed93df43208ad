import { elements, sameShape } from '../../core/shape.ts';
import type { AttributesOf, OpName, Tensor } from '../../graph/index.ts';

/**
 * Layers as they were before they became primitive ops. An exported model says "mean", "instance normalisation" and
 * "reflect" instead of counts and places, which would hold at one size only.
 */

/** mean over some axes: sum(x) · 1/count. */
export interface Mean {
  readonly x: Tensor;
  readonly axes: readonly number[];
}

/** (x − mean) / √(variance + ε) over each image's height and width, then · scale + shift where there are any. */
export interface Normalisation {
  readonly x: Tensor;
  readonly epsilon: number;
  readonly scale: Tensor | null;
  readonly shift: Tensor | null;
}

/** x surrounded by its own reflection. */
export interface Reflection {
  readonly x: Tensor;
  readonly axis: number;
  readonly width: number;
}

/**
 * The x whose 3×3 blocks of stride 2 were averaged, at borders over what lies inside: a convolution that sums them, divided
 * by how many values there were.
 */
export function halvedOf(tensor: Tensor): Tensor | null {
  const [sums, counts] = tensor.inputs;
  if (!is(tensor, 'divide') || !is(sums, 'conv2d') || !is(counts, 'constant')) return null;
  const [x, kernel] = sums.inputs as [Tensor, Tensor];
  const { stride, padding } = sums.attributes as AttributesOf<'conv2d'>;
  const fits =
    stride === 2 && sameShape(padding, [1, 1, 1, 1]) && sameShape(kernel.shape.slice(0, 2), [3, 3]);
  return fits && sumsChannels(kernel) && countsBlocks(counts, x) ? x : null;
}

/** Whether each channel of a convolution's result is the plain sum of that channel. */
function sumsChannels(kernel: Tensor): boolean {
  const [, , channels, outputs] = kernel.shape as [number, number, number, number];
  if (!is(kernel, 'constant') || channels !== outputs) return false;
  const { values } = kernel.attributes as AttributesOf<'constant'>;
  return values.every((value, i) => value === ((i % (channels * channels)) % (channels + 1) === 0 ? 1 : 0));
}

/** Whether `counts` holds how many pixels of x each 3×3 block around every second pixel covers. */
function countsBlocks(counts: Tensor, x: Tensor): boolean {
  const [, rows, columns] = counts.shape as [number, number, number];
  const { values } = counts.attributes as AttributesOf<'constant'>;
  const covered = (at: number, length: number) => Math.min(2 * at + 2, length) - Math.max(2 * at - 1, 0);
  return (
    sameShape(counts.shape, [1, Math.ceil(x.shape[1]! / 2), Math.ceil(x.shape[2]! / 2), 1]) &&
    values.length === rows * columns &&
    values.every((value, i) => {
      const [down, across] = [Math.floor(i / columns), i % columns];
      return value === covered(down, x.shape[1]!) * covered(across, x.shape[2]!);
    })
  );
}

export function meanOf(tensor: Tensor): Mean | null {
  const [total, factor] = tensor.inputs;
  if (!is(tensor, 'multiply') || !is(total, 'sum')) return null;
  const [x] = total.inputs as [Tensor];
  const { axes } = total.attributes as AttributesOf<'sum'>;
  const count = elements(axes.map(axis => x.shape[axis]!));
  return scalarOf(factor) === Math.fround(1 / count) ? { x, axes } : null;
}

/** Of a batch of one, what batch norm makes of its statistics as well as what instance norm does. */
export function normalisationOf(tensor: Tensor): Normalisation | null {
  if (tensor.op.name === 'divide') {
    const [centred, deviation] = tensor.inputs as [Tensor, Tensor];
    const plain = standardised(centred, deviation);
    return plain && { ...plain, scale: null, shift: null };
  }
  if (tensor.op.name !== 'add') return null;
  const [scaled, shift] = tensor.inputs as [Tensor, Tensor];
  const [centred, factor] = scaled.inputs;
  if (!is(scaled, 'multiply') || !is(factor, 'divide')) return null;
  const [scale, deviation] = factor.inputs as [Tensor, Tensor];
  const plain = standardised(centred!, deviation);
  return plain && { ...plain, scale, shift };
}

/** The x and ε of centred = x − mean(x) and deviation = √(mean(centred²) + ε). */
function standardised(centred: Tensor, deviation: Tensor): { x: Tensor; epsilon: number } | null {
  const [sum] = deviation.inputs;
  const [variance, offset] = sum?.inputs ?? [];
  const epsilon = scalarOf(offset);
  if (!is(centred, 'subtract') || !is(deviation, 'sqrt') || !is(sum, 'add')) return null;
  const [x, average] = centred.inputs as [Tensor, Tensor];
  const [mean, spread] = [meanOf(average), variance && meanOf(variance)];
  if (epsilon === null || mean?.x !== x || !overImage(mean) || !spread || !overImage(spread)) return null;
  return is(spread.x, 'square') && spread.x.inputs[0] === centred ? { x, epsilon } : null;
}

const overImage = ({ axes }: Mean): boolean => sameShape(axes, [1, 2]);

/** concat of the reversed first rows, x itself, and the reversed last rows. */
export function reflectionOf(tensor: Tensor): Reflection | null {
  const [before, x, after] = tensor.inputs;
  if (!is(tensor, 'concat') || tensor.inputs.length !== 3) return null;
  const { axis } = tensor.attributes as AttributesOf<'concat'>;
  const width = before!.shape[axis]!;
  const fits =
    stripStart(before!, x!, axis, width) === 1 &&
    stripStart(after!, x!, axis, width) === x!.shape[axis]! - 1 - width;
  return fits ? { x: x!, axis, width } : null;
}

/** Where along `axis` a reversed strip of x begins. */
function stripStart(strip: Tensor, x: Tensor, axis: number, width: number): number | null {
  const cut = strip.op.name === 'reverse' ? strip.inputs[0] : strip;
  if (!is(cut, 'slice') || cut.inputs[0] !== x || strip.shape[axis] !== width) return null;
  if (width > 1 && strip.attributes.axis !== axis) return null;
  return (cut.attributes as AttributesOf<'slice'>).start[axis]!;
}

function scalarOf(tensor: Tensor | undefined): number | null {
  if (!is(tensor, 'constant')) return null;
  const { values } = tensor.attributes as AttributesOf<'constant'>;
  return values.length === 1 ? values[0]! : null;
}

export function is(tensor: Tensor | undefined, name: OpName): tensor is Tensor {
  return tensor?.op.name === name;
}
