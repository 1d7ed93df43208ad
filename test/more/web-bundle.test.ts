import { describe } from 'vitest';
import { browserHint } from '../reference/browser.ts';
import { isReady, testWebBundles } from '../reference/web-bundles.ts';

describe.skipIf(!isReady)(`a web page (needs "npm run build"; ${browserHint})`, () =>
  testWebBundles([
    ['float32', false],
    ['float16', true],
    ['int8', false],
  ]),
);
