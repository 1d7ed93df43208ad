import { describe, test } from 'vitest';
import { browserHint } from '../reference/browser.ts';
import { expectAccessible } from '../reference/page-access.ts';
import { tinyConfig } from '../studio-fixtures.ts';
import { hasPage, pageUnderTest } from '../studio-page.ts';

// At the width of a screen: test/studio-page-access.test.ts.
describe.skipIf(!hasPage)(`the page for everyone (needs "npm run build"; ${browserHint})`, () => {
  const studio = pageUnderTest(tinyConfig);

  test('fits a phone, has no accessibility violations, and has targets large enough for touch', () =>
    expectAccessible(studio, 390));
});
