import { interpret, type Tensor } from '../../graph/index.ts';
import type { ConstantAttributes } from '../../graph/ops/leaf.ts';
import { isInput } from '../emitter.ts';

/** Values of graph inputs that an exported model holds as constants, by name. */
export type KnownValues = Readonly<Record<string, Float32Array>>;

/** Folds what depends on known values alone, in double precision. */
export class Constants {
  private readonly folded = new Map<Tensor, ArrayLike<number> | null>();

  constructor(private readonly known: KnownValues) {}

  /** The tensor's values, row-major; null where they depend on an input of the model. */
  valuesOf(tensor: Tensor): ArrayLike<number> | null {
    const before = this.folded.get(tensor);
    if (before !== undefined) return before;
    const values = this.fold(tensor);
    this.folded.set(tensor, values);
    return values;
  }

  private fold(tensor: Tensor): ArrayLike<number> | null {
    if (isInput(tensor)) return this.known[String(tensor.attributes.name)] ?? null;
    if (tensor.op.name === 'constant') return (tensor.attributes as ConstantAttributes).values;
    if (tensor.inputs.some(input => this.valuesOf(input) === null)) return null;
    return interpret([tensor], this.known)[0]!.data;
  }
}
