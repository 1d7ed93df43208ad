import { posix } from 'node:path';

// Paths are from the project's root.

/** Whether a file is a page of the site although it is outside docs/. */
export function isOutside(path: string): boolean {
  return /^(?:recipes\/[\w-]+|ARCHITECTURE|BENCHMARKS|CHANGELOG|CONTRIBUTING|SECURITY)\.md$/.test(path);
}

/** The file that a page in docs/ shows: another one where the page is a copy. */
export function sourceOf(page: string): string {
  return page.replace(/^docs\/project\//, '');
}

/** Where the site has a Markdown file; null: nowhere. */
export function routeOf(path: string): string | null {
  if (isOutside(path)) return `/project/${path.slice(0, -'.md'.length)}`;
  if (['README.md', 'docs/README.md', 'docs/index.md'].includes(path)) return '/';
  if (!/^docs\/.*\.md$/.test(path)) return null;
  return path.replace(/^docs/, '').replace(/(?<=\/)README\.md$|\.md$/, '');
}

/** A link's target as the site has it, for a link in the file `from`; null: the site doesn't have it. */
export function siteLink(from: string, target: string, repository: string | undefined): string | null {
  if (isFixed(target)) return target;
  const [path, anchor] = target.split('#') as [string, string | undefined];
  const file = posix.join(posix.dirname(from), path);
  const route = routeOf(file);
  if (route) return anchor === undefined ? route : `${route}#${anchor}`;
  return repository ? `${repository}/blob/main/${file}` : null;
}

/** An image's address on a page in docs/, for an image in the file that the page shows. */
export function siteImage(page: string, source: string): string {
  if (isFixed(source)) return source;
  const file = posix.join(posix.dirname(sourceOf(page)), source);
  const path = posix.relative(posix.dirname(page), file);
  return path.startsWith('.') ? path : `./${path}`;
}

/** The anchor of a heading, as GitHub makes it. */
export function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
    .replaceAll(' ', '-');
}

/** Whether an address is not a path relative to a file. */
function isFixed(address: string): boolean {
  return /^(?:[a-z]+:|#|\/)/.test(address);
}
