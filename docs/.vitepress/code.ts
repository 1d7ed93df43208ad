import type { MarkdownRenderer } from 'vitepress';

/** Code that is indented instead of fenced can be scrolled with keys, too. */
export function focusableCode(md: MarkdownRenderer): void {
  md.core.ruler.push('focusable-code', ({ tokens }) => {
    for (const token of tokens) if (token.type === 'code_block') token.attrSet('tabindex', '0');
  });
}
