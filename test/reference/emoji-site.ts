import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll } from 'vitest';
import { modelPath } from '../../src/export/included-models.ts';
import { writeWebBundle } from '../../src/export/web-bundle.ts';
import { launchBrowser } from './browser.ts';
import { type StaticSite, serveFolders } from './static-site.ts';

/** Where the site lies on its host. */
export const PATH = '/some/where/';

/** The included model `emoji` as `export --format web` writes it, with the pages of `examples/web`. */
export interface EmojiSite {
  readonly folder: string;
  /** Serves it at {@link PATH}. Tests close what they open. */
  serve(isolated: boolean): Promise<StaticSite>;
  newPage(): Promise<Page>;
}

/** For the tests of a file. */
export function emojiSite(args: readonly string[] = []): EmojiSite {
  let folder: string;
  let browser: Browser;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'emoji-site-'));
    await writeWebBundle(await modelPath('emoji'), join(folder, 'site'), {});
    await cp('examples/web', join(folder, 'site'), { recursive: true });
    browser = await launchBrowser(args);
  });
  afterAll(async () => {
    await browser?.close();
    await rm(folder, { recursive: true, force: true });
  });
  return {
    get folder() {
      return join(folder, 'site');
    },
    serve: isolated => serveFolders({ [PATH]: join(folder, 'site') }, { isolated }),
    newPage: async () => {
      const page = await browser.newPage();
      page.setDefaultTimeout(120_000);
      return page;
    },
  };
}
