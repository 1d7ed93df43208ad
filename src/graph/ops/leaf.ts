import { elements, type Shape, showShape } from '../../core/shape.ts';
import { type Attributes, apply, type Op, type Tensor } from '../tensor.ts';

export interface InputAttributes extends Attributes {
  readonly name: string;
  readonly shape: readonly number[];
}

export interface ConstantAttributes extends Attributes {
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

export const inputOp: Op<InputAttributes> = {
  name: 'input',
  shape: (_, { shape }) => shape,
  gradient: () => [],
  evaluate: (_, { name }) => {
    throw new Error(`Cannot evaluate input "${name}": no value was given`);
  },
};

export const constantOp: Op<ConstantAttributes> = {
  name: 'constant',
  shape: (_, { shape, values }) =>
    elements(shape) === values.length ? shape : `${values.length} values do not fill ${showShape(shape)}`,
  gradient: () => [],
  evaluate: (_, { values }) => Float64Array.from(values),
};

/** A value that is given at run time. Its name is unique in the graph. */
export function input(name: string, shape: Shape): Tensor {
  return apply(inputOp, [], { name, shape });
}

/** The name of an input; null for other tensors. */
export function inputName({ op, attributes }: Tensor): string | null {
  return op.name === inputOp.name ? (attributes as InputAttributes).name : null;
}

/** A number, or values in row-major order. */
export function constant(values: number | ArrayLike<number>, shape: Shape = []): Tensor {
  const data = typeof values === 'number' ? Float32Array.of(values) : Float32Array.from(values);
  return apply(constantOp, [], { shape, values: data });
}

/** A constant filled with one number. */
export function fill(value: number, shape: Shape): Tensor {
  return constant(new Float32Array(elements(shape)).fill(value), shape);
}
