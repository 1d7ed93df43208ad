import { describe } from 'vitest';
import { browserHint } from './reference/browser.ts';
import { isReady, testWebBundles } from './reference/web-bundles.ts';

// Each precision, and both kinds of servers; the other pairs are in test/more/web-bundle.test.ts.
describe.skipIf(!isReady)(`a web page (needs "npm run build"; ${browserHint})`, () =>
  testWebBundles([
    ['float32', true],
    ['float16', false],
    ['int8', true],
  ]),
);
