import { describe, expect, it } from 'vitest';
import { resolveConfig } from '../config/resolve-config.ts';
import { convolutionsOf } from '../forms/convolutions.ts';
import { trainingStep } from './algorithms.ts';
import { isKeptActivation, withKeptActivations } from './kept-activations.ts';

const stepOf = (preset: 'paper' | 'article' | 'images') =>
  trainingStep(resolveConfig({ preset, size: [64, 64], generator: { filters: 8 } }).config);

const forwardOf = (outputs: Parameters<typeof convolutionsOf>[0]) =>
  convolutionsOf(outputs).filter(({ pass, scope }) => pass === 'forward' && scope.startsWith('G/down'));

describe('activations that are kept', () => {
  it('paper computes each convolution of the generator once', () => {
    const step = stepOf('paper');
    expect(forwardOf(step.passes.fool!.outputs).length).toBeGreaterThan(0);
    const { generate, fool } = withKeptActivations(step).passes;
    expect(forwardOf(generate!.outputs)).toHaveLength(forwardOf(step.passes.fool!.outputs).length);
    expect(forwardOf(fool!.outputs)).toEqual([]);
  });

  it('article, whose norms differ between the two passes, keeps the two convolutions before the first norm', () => {
    const { generate } = withKeptActivations(stepOf('article')).passes;
    expect(Object.keys(generate!.outputs).filter(isKeptActivation)).toHaveLength(2);
  });

  it('passes that one program runs are left as they are', () => {
    const step = stepOf('images');
    expect(withKeptActivations(step).passes).toEqual(step.passes);
  });
});
