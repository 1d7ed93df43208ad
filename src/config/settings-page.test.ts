import { expect, test } from 'vitest';
import { settings } from './settings-index.ts';
import { settingsPage } from './settings-page.ts';

test('docs/settings.md is up to date; npm run docs:reference writes it', async () => {
  await expect(settingsPage()).toMatchFileSnapshot('../../docs/settings.md');
});

test('it has every setting', () => {
  const page = settingsPage();
  for (const { path } of settings) expect(page).toContain(`\`${path.join('.')}\``);
});
