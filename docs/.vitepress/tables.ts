import type { MarkdownRenderer } from 'vitepress';

/** Empty header cells, as Markdown needs them above a table's first column, become plain cells: they head nothing. */
export function plainEmptyHeaders(md: MarkdownRenderer): void {
  md.core.ruler.push('plain-empty-headers', ({ tokens }) => {
    for (const [i, open] of tokens.entries()) {
      if (open.type !== 'th_open' || tokens[i + 1]!.content !== '') continue;
      open.tag = 'td';
      tokens[i + 2]!.tag = 'td';
    }
  });
}
