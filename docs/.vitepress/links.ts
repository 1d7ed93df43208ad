import { relative, resolve, sep } from 'node:path';
import type { MarkdownEnv, MarkdownRenderer } from 'vitepress';
import { siteImage, siteLink, sourceOf } from './paths.ts';

const root = resolve(import.meta.dirname, '../..');

/**
 * Links between files, as GitHub follows them, become links between pages. Links to the project's sources need
 * `DOCS_REPOSITORY`, the address of the repository; without it, only their text is shown.
 */
export function siteLinks(md: MarkdownRenderer): void {
  md.core.ruler.push('site-links', ({ tokens, env }) => {
    const { path, realPath } = env as MarkdownEnv;
    const page = relative(root, realPath ?? path).replaceAll(sep, '/');
    for (const { children } of tokens) {
      let isLost = false;
      for (const token of children ?? []) {
        if (token.type === 'image') token.attrSet('src', siteImage(page, token.attrGet('src')!));
        if (token.type === 'link_open') {
          const link = siteLink(sourceOf(page), token.attrGet('href')!, process.env.DOCS_REPOSITORY);
          isLost = link === null;
          if (link !== null) token.attrSet('href', link);
          else token.attrs = null;
        }
        // A link without an address is text.
        if (isLost && token.type.startsWith('link_')) token.tag = 'span';
      }
    }
  });
}
