import { broadcastShape, type Shape } from '../../core/shape.ts';
import { mapBroadcast } from '../ndarray.ts';
import { type Attributes, apply, type CotangentRule, type Op, type Tensor } from '../tensor.ts';
import { constant } from './leaf.ts';

export interface SlopeAttributes extends Attributes {
  /** Factor on negative values; 0 makes it a plain ReLU. */
  readonly slope: number;
}

/** A tensor, or a number for a constant scalar. */
export type Operand = Tensor | number;

function unary(
  name: string,
  f: (x: number) => number,
  cotangent: (g: Tensor, x: Tensor, y: Tensor) => Tensor,
): Op {
  return {
    name,
    elementwise: true,
    shape: ([x]) => x!,
    gradient: ({ inputs: [x], output }, g) => [() => cotangent(g, x!, output)],
    evaluate: ([x]) => x!.data.map(f),
  };
}

/** An op whose inputs broadcast; `grad` sums the cotangents to the inputs' shapes. */
function broadcasting(
  name: string,
  f: (...values: number[]) => number,
  gradient: (g: Tensor, inputs: readonly Tensor[], y: Tensor) => readonly CotangentRule[],
  neutral?: Op['neutral'],
): Op {
  return {
    name,
    elementwise: true,
    ...(neutral && { neutral }),
    shape: shapes =>
      shapes.reduce<Shape | null>((result, shape) => result && broadcastShape(result, shape), []) ??
      'the shapes do not broadcast',
    gradient: ({ inputs, output }, g) => gradient(g, inputs, output),
    evaluate: inputs => mapBroadcast(inputs, f).data,
  };
}

export const negateOp = unary(
  'negate',
  x => -x,
  g => negate(g),
);
export const expOp = unary('exp', Math.exp, (g, _, y) => multiply(g, y));
export const logOp = unary('log', Math.log, (g, x) => divide(g, x));
export const sqrtOp = unary('sqrt', Math.sqrt, (g, _, y) => divide(multiply(g, 0.5), y));
export const reciprocalOp = unary(
  'reciprocal',
  x => 1 / x,
  (g, _, y) => negate(multiply(g, square(y))),
);
export const squareOp = unary(
  'square',
  x => x * x,
  (g, x) => multiply(multiply(g, 2), x),
);
export const absOp = unary('abs', Math.abs, (g, x) => multiply(g, sign(x)));
export const signOp = unary('sign', Math.sign, g => multiply(g, 0));
export const tanhOp = unary('tanh', Math.tanh, (g, _, y) => multiply(g, subtract(1, square(y))));
export const sigmoidOp = unary(
  'sigmoid',
  x => 1 / (1 + Math.exp(-x)),
  (g, _, y) => multiply(g, multiply(y, subtract(1, y))),
);
export const softplusOp = unary(
  'softplus',
  x => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))),
  (g, x) => multiply(g, sigmoid(x)),
);

export const leakyReluOp: Op<SlopeAttributes> = {
  name: 'leakyRelu',
  elementwise: true,
  shape: ([x]) => x!,
  gradient: ({ inputs: [x], attributes }, g) => [
    () => select(x!, g, attributes.slope === 0 ? 0 : multiply(g, attributes.slope)),
  ],
  evaluate: ([x], { slope }) => x!.data.map(value => (value > 0 ? value : slope * value)),
};

export const addOp = broadcasting(
  'add',
  (a, b) => a! + b!,
  g => [() => g, () => g],
  [0, 0],
);
export const subtractOp = broadcasting(
  'subtract',
  (a, b) => a! - b!,
  g => [() => g, () => negate(g)],
  [null, 0],
);
export const multiplyOp = broadcasting(
  'multiply',
  (a, b) => a! * b!,
  (g, [a, b]) => [() => multiply(g, b!), () => multiply(g, a!)],
  [1, 1],
);
export const divideOp = broadcasting(
  'divide',
  (a, b) => a! / b!,
  (g, [, b], y) => [() => divide(g, b!), () => negate(multiply(g, divide(y, b!)))],
  [null, 1],
);
export const selectOp = broadcasting(
  'select',
  (condition, a, b) => (condition! > 0 ? a! : b!),
  (g, [condition]) => [null, () => select(condition!, g, 0), () => select(condition!, 0, g)],
);

const lift = (operand: Operand): Tensor => (typeof operand === 'number' ? constant(operand) : operand);

export const negate = (x: Tensor): Tensor => apply(negateOp, [x], {});
export const exp = (x: Tensor): Tensor => apply(expOp, [x], {});
export const log = (x: Tensor): Tensor => apply(logOp, [x], {});
export const sqrt = (x: Tensor): Tensor => apply(sqrtOp, [x], {});
export const reciprocal = (x: Tensor): Tensor => apply(reciprocalOp, [x], {});
export const square = (x: Tensor): Tensor => apply(squareOp, [x], {});
export const abs = (x: Tensor): Tensor => apply(absOp, [x], {});
export const sign = (x: Tensor): Tensor => apply(signOp, [x], {});
export const tanh = (x: Tensor): Tensor => apply(tanhOp, [x], {});
export const sigmoid = (x: Tensor): Tensor => apply(sigmoidOp, [x], {});
/** log(1 + eˣ), computed without overflow. */
export const softplus = (x: Tensor): Tensor => apply(softplusOp, [x], {});
/** x where x > 0, slope · x elsewhere. */
export const leakyRelu = (x: Tensor, slope: number): Tensor => apply(leakyReluOp, [x], { slope });
export const relu = (x: Tensor): Tensor => leakyRelu(x, 0);
export const add = (a: Operand, b: Operand): Tensor => apply(addOp, [lift(a), lift(b)], {});
export const subtract = (a: Operand, b: Operand): Tensor => apply(subtractOp, [lift(a), lift(b)], {});
export const multiply = (a: Operand, b: Operand): Tensor => apply(multiplyOp, [lift(a), lift(b)], {});
export const divide = (a: Operand, b: Operand): Tensor => apply(divideOp, [lift(a), lift(b)], {});
/** a where condition > 0, b elsewhere. */
export const select = (condition: Tensor, a: Operand, b: Operand): Tensor =>
  apply(selectOp, [condition, lift(a), lift(b)], {});
