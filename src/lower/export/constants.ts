import { interpret, type Tensor } from '../../graph/index.ts';
import type { ConstantAttributes } from '../../graph/ops/leaf.ts';
import { isInput } from '../emitter.ts';

/** Values of graph inputs that an exported model holds as constants, by name. */
export type KnownValues = Readonly<Record<string, Float32Array>>;

/** Computes what depends on known values alone, in double precision. */
export class Constants {
  private readonly computed = new Map<Tensor, ArrayLike<number> | null>();

  constructor(private readonly known: KnownValues) {}

  /** The tensor's values, row-major; null if they depend on an input of the model. */
  valuesOf(tensor: Tensor): ArrayLike<number> | null {
    const before = this.computed.get(tensor);
    if (before !== undefined) return before;
    const values = this.compute(tensor);
    this.computed.set(tensor, values);
    return values;
  }

  /** The tensor's values; throws an Error if they depend on an input of the model. */
  required(tensor: Tensor): ArrayLike<number> {
    const values = this.valuesOf(tensor);
    if (!values) throw new Error(`Cannot export "${tensor.scope}": its parameters depend on the image`);
    return values;
  }

  private compute(tensor: Tensor): ArrayLike<number> | null {
    if (isInput(tensor)) return this.known[String(tensor.attributes.name)] ?? null;
    if (tensor.op.name === 'constant') return (tensor.attributes as ConstantAttributes).values;
    if (tensor.inputs.some(input => this.valuesOf(input) === null)) return null;
    return interpret([tensor], this.known)[0]!.data;
  }
}
