import { expect, it } from 'vitest';
import { Random } from '../src/core/random.ts';
import {
  grad,
  input,
  interpret,
  leakyRelu,
  sqrt,
  square,
  subtract,
  sum,
  type Tensor,
  withScope,
} from '../src/graph/index.ts';
import { judgeAtScales } from '../src/models/discriminators.ts';
import { gradientPenalty } from '../src/nn/adversarial.ts';
import { conv, type Mode, trainingMode } from '../src/nn/layers.ts';
import { batchNorm, kerasBatchNorm } from '../src/nn/norms.ts';
import { Variables } from '../src/nn/variables.ts';
import { gradientErrors } from './reference/finite-differences.ts';
import { randomValues } from './reference/random-values.ts';
import { total } from './reference/total.ts';

const modes: [string, Mode][] = [
  ['moving statistics', { batchStatistics: false, dropout: false }],
  ['batch statistics', { batchStatistics: true, dropout: false }],
];

// Of what runs train with: the discriminator's PatchGAN and its loss
it.each(['none', 'instance'] as const)(
  'the penalty on a PatchGAN has the gradient of finite differences (norm %s)',
  norm => {
    const variables = new Variables();
    const x = input('x', [2, 12, 12, 1]);
    const initializer = () => new Float32Array();
    const options = { filters: 2, layers: 1, scales: 1, classes: 1, blur: false, norm, initializer };
    const judgements = judgeAtScales('patchgan', variables, x, null, options, trainingMode);
    const logits = judgements.map(judgement => judgement.logits);
    const penalty = gradientPenalty(logits, x);
    const values = { x: noise(288), ...double(randomValues(variables.all(), Random.fromSeed(1))) };
    const kernels = variables.trainable().filter(({ name }) => name.endsWith('kernel'));
    const wrt = Object.fromEntries(kernels.map(({ name, tensor }) => [name, tensor]));

    const errors = gradientErrors(penalty, wrt, values);
    expect(Object.keys(errors)).toHaveLength(3);
    for (const [name, error] of Object.entries(errors)) expect(error, name).toBeLessThan(1e-6);
  },
);

// Gulrajani et al. 2017, eq. 3: its gradient needs the gradient of a gradient
it.each(modes)(
  'the gradient penalty of a small critic has the gradient of finite differences (%s)',
  (_, mode) => {
    const variables = new Variables();
    const x = input('x', [2, 6, 4, 2]);
    const penalty = penaltyOf(critic(variables, x, mode), x);
    const values = { x: noise(96), ...double(randomValues(variables.all(), Random.fromSeed(1))) };
    const kernels = variables.trainable().filter(({ name }) => /kernel|gamma/.test(name));
    const wrt = Object.fromEntries(kernels.map(({ name, tensor }) => [name, tensor]));

    expect(interpret([penalty], values)[0]!.data[0]).toBeGreaterThan(0.1);
    const errors = gradientErrors(penalty, { x, ...wrt }, values);
    expect(Object.keys(errors)).toHaveLength(5);
    for (const [name, error] of Object.entries(errors)) expect(error, name).toBeLessThan(1e-6);
  },
);

function critic(variables: Variables, x: Tensor, mode: Mode): Tensor {
  const convolution = { padding: 'same', bias: true, initializer: () => new Float32Array() } as const;
  const hidden = withScope('first', () =>
    batchNorm(
      variables,
      leakyRelu(conv(variables, x, { ...convolution, filters: 3, stride: 2 }), 0.2),
      kerasBatchNorm,
      mode,
    ),
  );
  const deeper = withScope('second', () =>
    leakyRelu(conv(variables, hidden, { ...convolution, filters: 3, stride: 1 }), 0.2),
  );
  return withScope('output', () =>
    square(conv(variables, deeper, { ...convolution, filters: 1, stride: 2 })),
  );
}

/** Σₙ (‖∂ΣD/∂xₙ‖ − 1)² */
function penaltyOf(output: Tensor, x: Tensor): Tensor {
  const [gradient] = grad(total([output]), [x]) as [Tensor];
  const norm = sqrt(sum(square(gradient), [1, 2, 3]));
  return total([square(subtract(norm, 1))]);
}

function noise(length: number): Float64Array {
  const random = Random.fromSeed(2);
  return new Float64Array(length).map(() => random.normal());
}

function double(values: ReadonlyMap<string, Float32Array>): Record<string, Float64Array> {
  return Object.fromEntries([...values].map(([name, data]) => [name, Float64Array.from(data)]));
}
