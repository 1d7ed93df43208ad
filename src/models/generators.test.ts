import { describe, expect, it } from 'vitest';
import { UserError } from '../core/errors.ts';
import { resolveLevels } from './generators.ts';

describe('resolveLevels', () => {
  it.each([
    ['article', 256, 7],
    ['article', 128, 6],
    ['article', 64, 5],
    ['unet', 256, 8],
    ['unet', 128, 7],
    ['unet', 96, 5],
    ['resnet', 128, 2],
    ['enhancer', 128, 4],
  ] as const)('%s at %i is as deep as the original or the size allows: %i', (name, size, levels) => {
    expect(resolveLevels(name, [size, size], 1, null)).toBe(levels);
  });

  it('refuses a bottleneck of one value that a batch norm would turn to zero', () => {
    expect(() => resolveLevels('article', [128, 128], 1, 7)).toThrow(UserError);
    expect(() => resolveLevels('article', [128, 128], 1, 7)).toThrow(
      /batch norm turns to zero; use --levels 6/,
    );
  });

  it('allows it if the batch or the other side has more values, or nothing is normalised', () => {
    expect(resolveLevels('article', [128, 128], 2, 7)).toBe(7);
    expect(resolveLevels('article', [128, 256], 1, 7)).toBe(7);
    expect(resolveLevels('unet', [128, 128], 1, 7)).toBe(7);
  });

  it('refuses more halvings than the size allows', () => {
    expect(() => resolveLevels('unet', [96, 96], 1, 6)).toThrow(
      /96×96: the size must be a multiple of 64; use --levels 5/,
    );
  });

  it('counts the halving in front of an enhancer’s global generator', () => {
    expect(() => resolveLevels('enhancer', [64, 96], 1, 5)).toThrow(
      /64×96: the size must be a multiple of 64; use --levels 4/,
    );
    expect(() => resolveLevels('enhancer', [32, 32], 1, 4, 'instance')).toThrow(
      /single value.*use --levels 3/,
    );
    expect(resolveLevels('enhancer', [32, 32], 1, 3, 'instance')).toBe(3);
  });

  it('does not choose a shallow network unasked', () => {
    expect(() => resolveLevels('unet', [100, 100], 1, null)).toThrow(/halved only 2 times; use --size 96,/);
    expect(resolveLevels('unet', [100, 100], 1, 2)).toBe(2);
  });
});
