import { describe, test } from 'vitest';
import { browserHint } from '../reference/browser.ts';
import { expectAccessible } from '../reference/page-access.ts';
import { tinyConfig } from '../studio-fixtures.ts';
import { hasPage, pageUnderTest } from '../studio-page.ts';

// At the width of a screen: test/studio-page-access.test.ts.
describe.skipIf(!hasPage)(`the page for everyone (needs "npm run build"; ${browserHint})`, () => {
  const studio = pageUnderTest(tinyConfig);

  test('fits a telephone, has no violations in either theme, and is large enough for fingers', () =>
    expectAccessible(studio, 390));
});
