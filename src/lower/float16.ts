import { elements } from '../core/shape.ts';
import type { OpName, Tensor } from '../graph/index.ts';
import type { Precision, Target } from './emitter.ts';

/**
 * The precision that an op computes in, in mixed-precision training (Micikevicius et al. 2018, arXiv:1710.03740):
 * convolutions in float16; sums, and functions that overflow easily, in float32. 'operands': the precision of the
 * largest operand; 'consumer': that of the op that uses the result.
 */
type PrecisionRule = Precision | 'operands' | 'consumer';

const precisionRules: Readonly<Record<OpName, PrecisionRule>> = {
  input: 'float32',
  constant: 'consumer',
  conv2d: 'float16',
  conv2dInput: 'float16',
  conv2dKernel: 'float16',
  sum: 'float32',
  square: 'float32',
  exp: 'float32',
  log: 'float32',
  softplus: 'float32',
  sigmoid: 'float32',
  reciprocal: 'float32',
  broadcast: 'consumer',
  negate: 'operands',
  sqrt: 'operands',
  abs: 'operands',
  sign: 'operands',
  tanh: 'operands',
  leakyRelu: 'operands',
  add: 'operands',
  subtract: 'operands',
  multiply: 'operands',
  divide: 'operands',
  select: 'operands',
  reshape: 'operands',
  transpose: 'operands',
  concat: 'operands',
  slice: 'operands',
  pad: 'operands',
  reverse: 'operands',
  upsample2d: 'operands',
  sumPool2d: 'operands',
};

/** A target that keeps activations and their cotangents in float16; inputs, sums and kernels' gradients stay float32. */
export function toFloat16(target: Target): Target {
  const known = new Map<Tensor, Precision | null>();
  const precisionOf = (tensor: Tensor): Precision | null => {
    if (!known.has(tensor)) known.set(tensor, decide(tensor, precisionOf));
    return known.get(tensor)!;
  };
  return { ...target, name: `${target.name}, float16`, precisionOf };
}

function decide(tensor: Tensor, precisionOf: (tensor: Tensor) => Precision | null): Precision | null {
  const rule = precisionRules[tensor.op.name as OpName];
  if (rule === 'consumer') return null;
  if (rule !== 'operands') return rule;
  const largest = Math.max(...tensor.inputs.map(({ shape }) => elements(shape)));
  const leading = tensor.inputs
    .filter(({ shape }) => elements(shape) === largest)
    // A kernel's gradient is as small as the kernel, and only the update uses it.
    .map(input => (input.op.name === 'conv2dKernel' ? 'float32' : precisionOf(input)));
  if (leading.includes('float32')) return 'float32';
  return leading.includes('float16') ? 'float16' : null;
}
