import { realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '../core/errors.ts';
import { exists, hasImageExtension, isFolder, namesIn } from '../files/folder.ts';

/** A picture that an argument names. */
export interface FoundInput {
  readonly path: string;
  /** Its subfolder below the folder that was named; '' directly in it, and for files and patterns. */
  readonly below: string;
}

/**
 * The pictures that an argument names: a file, a pattern's, or a folder's and its sub-folders', hidden ones and `out`
 * aside. Throws {@link UserError} if there are none.
 */
export async function findInputs(input: string, out: string): Promise<FoundInput[]> {
  if (!(await isFolder(input))) return (await expandInput(input)).map(path => ({ path, below: '' }));
  const visited = new Set([await realpath(input)]);
  const earlier = await realpath(out).catch(() => undefined);
  if (earlier !== undefined) visited.add(earlier);
  const found = await picturesIn(input, '', visited);
  if (found.length > 0) return found;
  throw new UserError(
    `Cannot translate folder "${input}": it and its subfolders hold no JPEG, PNG, WebP, AVIF, TIFF or BMP images`,
  );
}

/** @param visited real paths: links may lead in circles. */
async function picturesIn(folder: string, below: string, visited: Set<string>): Promise<FoundInput[]> {
  const found: FoundInput[] = [];
  for (const name of await namesIn(folder)) {
    const path = join(folder, name);
    if (await isFolder(path)) {
      const real = await realpath(path);
      if (visited.has(real)) continue;
      visited.add(real);
      found.push(...(await picturesIn(path, join(below, name), visited)));
    } else if (hasImageExtension(name)) found.push({ path, below });
  }
  return found;
}

/**
 * The files that an argument names: itself, or what a pattern (`*`, `?`, `**`, `{a,b}`) matches, for shells that don't
 * expand it. Throws {@link UserError} if there is nothing.
 */
export async function expandInput(input: string): Promise<string[]> {
  if ((await exists(input)) || !isPattern(input)) return [input];
  const matches = await expandPattern(input.startsWith('/') ? '/' : '', input.split('/').filter(Boolean));
  if (matches.length > 0) return matches;
  throw new UserError(
    `Cannot translate "${input}": no file matches it; pass a folder, or a pattern such as "photos/*.jpg"`,
  );
}

function isPattern(text: string): boolean {
  return /[*?{]/.test(text);
}

async function expandPattern(folder: string, segments: readonly string[]): Promise<string[]> {
  const [segment, ...rest] = segments;
  if (segment === undefined) return (await exists(folder)) && !(await isFolder(folder)) ? [folder] : [];
  if (!isPattern(segment)) return expandPattern(join(folder, segment), rest);
  // As in a shell, folders that can't be read match nothing.
  const names = await namesIn(folder || '.').catch(() => []);
  if (segment === '**') {
    const deeper = names.map(async name =>
      (await isFolder(join(folder, name))) ? expandPattern(join(folder, name), segments) : [],
    );
    return [await expandPattern(folder, rest), ...(await Promise.all(deeper))].flat();
  }
  const pattern = toRegExp(segment);
  const matching = names.filter(name => pattern.test(name));
  return (await Promise.all(matching.map(name => expandPattern(join(folder, name), rest)))).flat();
}

function toRegExp(segment: string): RegExp {
  const source = segment
    .replaceAll(/[.+^$()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.')
    .replaceAll(/\{([^{}]*)\}/g, (_, choices: string) => `(?:${choices.replaceAll(',', '|')})`)
    .replaceAll(/[{}]/g, '\\$&');
  return new RegExp(`^${source}$`);
}
