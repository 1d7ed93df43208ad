import { expect, it } from 'vitest';
import { temporaryFolder } from '../data-fixtures.ts';
import { surviveMutations } from '../reference/survive-mutations.ts';

it('2,000 damaged pictures are read or refused by name', { timeout: 1_800_000 }, async () => {
  const refused = await surviveMutations(await temporaryFolder(), 2000, 2000);
  expect(refused).toBeGreaterThan(800);
});
