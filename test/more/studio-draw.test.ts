import { describe, expect, test } from 'vitest';
import { browserHint } from '../reference/browser.ts';
import { drawAndUndo, hasPage, pageUnderTest } from '../studio-page.ts';

describe.skipIf(!hasPage)(`drawing in the studio (needs "npm run build"; ${browserHint})`, () => {
  // A model as large as the demo's, hardly trained.
  const studio = pageUnderTest({ preset: 'lite', direction: 'BtoA', size: [128, 128], epochs: 1 });

  test('a stroke is translated in the browser within a second, and undone', async () => {
    const { page, faults } = await studio.open('#/draw/model');
    expect(await drawAndUndo(page)).toBeLessThan(1000);
    expect(faults).toEqual([]);
  });
});
