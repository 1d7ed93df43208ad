import { UserError } from '../core/errors.ts';
import { isFiniteThroughout } from '../core/finite.ts';
import { elements, type Shape, sameShape, strides } from '../core/shape.ts';
import type { WeightTensor } from '../formats/safetensors.ts';
import { inferenceMode } from '../nn/layers.ts';
import { generatePass } from '../step/graphs.ts';
import type { SourceTensors } from './numbers.ts';
import type { Place, Recognized } from './recognized.ts';
import { quoted, type Refuse } from './refuse.ts';

/** A tensor that doesn't fit: missing, of another shape, or unused. */
export interface Misfit {
  readonly name: string;
  /** Null: the generator has no such tensor. */
  readonly wanted: Shape | null;
  /** Null: the file has no such tensor. */
  readonly found: Shape | null;
}

/** A file whose tensors don't completely match the recognised generator. */
export class MisfitError extends UserError {
  constructor(
    message: string,
    readonly misfits: readonly Misfit[],
  ) {
    super(message);
  }
}

/**
 * The values of every variable of the recognised generator, in this project's layouts. Throws {@link MisfitError} with
 * all names and shapes that don't fit.
 */
export function fitTensors(
  path: string,
  recognised: Recognized,
  tensors: SourceTensors,
  refuse: Refuse,
): Map<string, WeightTensor> {
  const variables = generatePass(recognised.config, inferenceMode, 1).variables.all();
  const left = new Set(tensors.keys());
  const misfits: Misfit[] = [];
  const values = new Map<string, WeightTensor>();
  for (const { name: variable, shape } of variables) {
    const place = recognised.place(variable) ?? { name: variable };
    const wanted = shapeThere(shape, place);
    const tensor = tensors.get(place.name);
    left.delete(place.name);
    if (tensor && sameShape(tensor.shape, wanted)) {
      values.set(variable, { shape, data: permute(tensor.read(), shape, place) });
    } else if (!tensor && place.otherwise !== undefined) {
      values.set(variable, { shape, data: new Float32Array(elements(shape)).fill(place.otherwise) });
    } else {
      misfits.push({ name: place.name, wanted, found: tensor?.shape ?? null });
    }
  }
  for (const name of left) {
    if (!recognised.ignores(name)) misfits.push({ name, wanted: null, found: tensors.get(name)!.shape });
  }
  if (misfits.length > 0) {
    throw new MisfitError(headline(path, recognised, misfits, variables.length), misfits);
  }
  for (const [name, { data }] of values) {
    if (!isFiniteThroughout(data)) refuse(`${quoted(name)} holds NaN or infinite values`);
  }
  return values;
}

function headline(
  path: string,
  { kind, config }: Recognized,
  misfits: readonly Misfit[],
  count: number,
): string {
  const { levels, blocks, filters, norm, architecture } = config.generator;
  const size = architecture === 'resnet' ? `${blocks} blocks` : `${levels} levels`;
  const missing = misfits.filter(({ found }) => found === null).length;
  const extra = misfits.filter(({ wanted }) => wanted === null).length;
  const other = misfits.length - missing - extra;
  return (
    `Cannot import "${path}": it looks like the ${kind} with ${size}, ${filters} filters and norm "${norm}", ` +
    `but of that generator's ${count} tensors ${missing} are missing and ${other} have another shape, and ${extra} are unused`
  );
}

/** A variable's shape in the file's layout. */
function shapeThere(shape: Shape, { axes }: Place): Shape {
  if (!axes) return shape;
  const there = new Array<number>(shape.length);
  axes.forEach((axis, i) => {
    there[axis] = shape[i]!;
  });
  return there;
}

/** Transposes values from the file's layout to `shape` in ours. */
function permute(values: Float32Array, shape: Shape, place: Place): Float32Array {
  const { axes } = place;
  if (!axes) return values;
  const there = strides(shapeThere(shape, place));
  const [a, b, c, d] = axes.map(axis => there[axis]!) as [number, number, number, number];
  const result = new Float32Array(values.length);
  const [height, width, third, fourth] = shape as [number, number, number, number];
  let position = 0;
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      for (let i = 0; i < third; i++) {
        const from = y * a + x * b + i * c;
        for (let o = 0; o < fourth; o++) result[position++] = values[from + o * d]!;
      }
  return result;
}
