import { join } from 'node:path';
import { UserError } from '../../core/errors.ts';
import { exists, isFolder, namesIn } from '../../files/folder.ts';

/**
 * The files that an argument names: itself, or what a pattern (`*`, `?`, `**`, `{a,b}`) matches, for shells that don't
 * expand it. Throws {@link UserError} where there is nothing.
 */
export async function expandInput(input: string): Promise<string[]> {
  if ((await exists(input)) || !isPattern(input)) return [input];
  const matches = await expandPattern(input.startsWith('/') ? '/' : '', input.split('/').filter(Boolean));
  if (matches.length > 0) return matches;
  throw new UserError(`Cannot translate "${input}": no file matches it`);
}

function isPattern(text: string): boolean {
  return /[*?{]/.test(text);
}

async function expandPattern(folder: string, segments: readonly string[]): Promise<string[]> {
  const [segment, ...rest] = segments;
  if (segment === undefined) return (await exists(folder)) && !(await isFolder(folder)) ? [folder] : [];
  if (!isPattern(segment)) return expandPattern(join(folder, segment), rest);
  const names = await namesIn(folder || '.');
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
