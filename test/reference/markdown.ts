import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** Folders of docs/ that are not checked in, or have no pages. */
const others = ['node_modules', 'api', 'project', '.vitepress'];

/** The Markdown pages in a folder and those below it that are checked in, as paths. */
export async function pagesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const pages = entries.map(async entry => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return others.includes(entry.name) ? [] : pagesIn(path);
    return entry.name.endsWith('.md') ? [path] : [];
  });
  return (await Promise.all(pages)).flat().sort();
}

/** The contents of a Markdown text's code blocks in one language. */
export function codeBlocks(markdown: string, language: string): string[] {
  return [...markdown.matchAll(/^```(\w+)\n(.*?)\n```$/gms)]
    .filter(([, name]) => name === language)
    .map(([, , code]) => code!);
}

/** A Markdown text without its code blocks. */
export function withoutCode(markdown: string): string {
  return markdown.replaceAll(/^```.*?^```$/gms, '');
}
