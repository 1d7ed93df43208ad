import { expect, it } from 'vitest';
import { temporaryFolder } from './data-fixtures.ts';
import { surviveMutations } from './reference/survive-mutations.ts';

it('110 damaged pictures are read or refused by name; 2,000 are in test/long', async () => {
  const refused = await surviveMutations(await temporaryFolder(), 110, 7);
  expect(refused).toBeGreaterThan(40);
});
