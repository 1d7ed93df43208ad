import { existsSync } from 'node:fs';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';

export const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';

/** Whether there is a browser; the tests that need one are skipped otherwise. */
export const hasBrowser = existsSync(executablePath);
export const browserHint = 'needs "apt-get install chromium", or CHROMIUM=path';

/** Chromium in a container, asking nothing of other hosts. */
export const quietFlags: readonly string[] = [
  '--no-sandbox',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** A real browser that asks nothing of other hosts and whose camera is a moving test picture. */
export function launchBrowser(more: readonly string[] = []): Promise<Browser> {
  return chromium.launch({
    executablePath,
    args: [...quietFlags, '--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream', ...more],
  });
}

/** A page with everything that it should not have done: errors, violated policies, requests elsewhere. */
export interface WatchedPage {
  readonly page: Page;
  readonly faults: string[];
}

export async function watchedPage(context: BrowserContext, url: string): Promise<WatchedPage> {
  const page = await context.newPage();
  const faults: string[] = [];
  page.on('console', message => {
    if (['error', 'warning'].includes(message.type()))
      faults.push(`${message.text()} (${message.location().url})`);
  });
  page.on('pageerror', error => faults.push(error.message));
  page.on('request', request => {
    const address = request.url();
    if (!/^(data|blob):/.test(address) && !address.startsWith(url)) faults.push(`Request to ${address}`);
  });
  return { page, faults };
}
