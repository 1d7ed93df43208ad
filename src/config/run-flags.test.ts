import { expect, it } from 'vitest';
import { presets } from './presets.ts';
import { fieldName, flagPaths, runFlags } from './run-flags.ts';

it('has an entry for every field that a preset has', () => {
  const fields = (config: object): unknown =>
    Object.fromEntries(
      Object.entries(config).map(([field, value]) => [
        field,
        typeof value === 'object' && value !== null && !Array.isArray(value) ? fields(value) : 'leaf',
      ]),
    );
  const entries = (table: object): unknown =>
    Object.fromEntries(
      Object.entries(table).map(([field, entry]) => [
        field,
        entry && !('kind' in entry) ? entries(entry) : 'leaf',
      ]),
    );
  expect(entries(runFlags)).toEqual(fields(presets.paper));
});

it('lets one flag set filters, norm and initialiser of both networks, and no other flag two fields', () => {
  const names = flagPaths().map(([{ name }]) => name);
  const repeated = names.filter((name, i) => names.indexOf(name) !== i);
  expect(repeated).toEqual(['filters', 'norm', 'initializer']);
});

it('names fields by their flags, and by their path without one', () => {
  expect(fieldName(['batchSize'])).toBe('--batch-size');
  expect(fieldName(['size', 1])).toBe('--size');
  expect(fieldName(['discriminator', 'filters'])).toBe('--filters');
  expect(fieldName(['optimizer', 'epsilon'])).toBe('optimizer.epsilon');
});
