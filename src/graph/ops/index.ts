import * as convolution from './convolution.ts';
import * as elementwise from './elementwise.ts';
import * as leaf from './leaf.ts';
import * as shape from './shape.ts';

/** Every primitive op, by name. The rules of targets are typed over it, so a missing rule does not compile. */
export const ops = {
  input: leaf.inputOp,
  constant: leaf.constantOp,
  negate: elementwise.negateOp,
  exp: elementwise.expOp,
  log: elementwise.logOp,
  sqrt: elementwise.sqrtOp,
  reciprocal: elementwise.reciprocalOp,
  square: elementwise.squareOp,
  abs: elementwise.absOp,
  sign: elementwise.signOp,
  tanh: elementwise.tanhOp,
  sigmoid: elementwise.sigmoidOp,
  softplus: elementwise.softplusOp,
  leakyRelu: elementwise.leakyReluOp,
  add: elementwise.addOp,
  subtract: elementwise.subtractOp,
  multiply: elementwise.multiplyOp,
  divide: elementwise.divideOp,
  select: elementwise.selectOp,
  reshape: shape.reshapeOp,
  transpose: shape.transposeOp,
  concat: shape.concatOp,
  slice: shape.sliceOp,
  pad: shape.padOp,
  reverse: shape.reverseOp,
  sum: shape.sumOp,
  broadcast: shape.broadcastOp,
  conv2d: convolution.conv2dOp,
  conv2dInput: convolution.conv2dInputOp,
  conv2dKernel: convolution.conv2dKernelOp,
  upsample2d: convolution.upsample2dOp,
  sumPool2d: convolution.sumPool2dOp,
} as const;

export type OpName = keyof typeof ops;

/** The attributes of the op called `N`. */
export type AttributesOf<N extends OpName> = Parameters<(typeof ops)[N]['evaluate']>[1];
