import type { ArgsDef } from 'citty';
import { UserError } from '../../../core/errors.ts';
import { exists, imagesIn, isFolder } from '../../../files/folder.ts';
import { fits } from '../../../images/resize.ts';
import { expandInput } from '../../../translate/find-inputs.ts';
import { parseWithin } from '../../options/parse.ts';

export const outFlag = {
  out: { type: 'string', valueHint: 'DIR', description: 'New or empty folder for the data set' },
} as const satisfies ArgsDef;

export const seedFlag = {
  seed: {
    type: 'string',
    valueHint: 'N',
    default: '0',
    description: 'Random seed; equal seeds give equal results',
  },
} as const satisfies ArgsDef;

export const testShareFlag = {
  'test-share': {
    type: 'string',
    valueHint: 'N',
    default: '0.1',
    description: 'Share of the pairs for the test split',
  },
} as const satisfies ArgsDef;

export const sizeFlag = {
  size: {
    type: 'string',
    valueHint: 'N',
    default: '256',
    description: 'Width and height of A and of B in pixels',
  },
} as const satisfies ArgsDef;

export const fitFlag = {
  fit: {
    type: 'string',
    valueHint: fits.join('|'),
    default: 'crop',
    description: 'How an image becomes square: cropped at its centre, or resized regardless of proportions',
  },
} as const satisfies ArgsDef;

/** The folder given with --out. Throws {@link UserError} if there is none. */
export function requireOut(out: string | undefined, what: string, verb = 'prepare'): string {
  if (out !== undefined) return out;
  throw new UserError(`Cannot ${verb} ${what} without --out: name a new folder, such as --out data/${what}`);
}

/** Pixels of a square's side. */
export function parseSide(text: string): number {
  return parseWithin('size', text, { least: 16, most: 4096, whole: true });
}

export function parseShare(name: string, text: string): number {
  return parseWithin(name, text, { least: 0, most: 0.9 });
}

/** The pictures that files, folders and patterns name, each once. Throws {@link UserError} if one names nothing. */
export async function findPictures(inputs: readonly string[]): Promise<string[]> {
  const files: string[] = [];
  for (const input of inputs) files.push(...(await picturesOf(input)));
  return [...new Set(files)];
}

async function picturesOf(input: string): Promise<string[]> {
  if (await isFolder(input)) {
    const images = await imagesIn(input);
    if (images.length > 0) return images.map(({ path }) => path);
    throw new UserError(
      `Cannot use folder "${input}": it holds no JPEG, PNG, WebP, AVIF or TIFF images; ` +
        'name the folder that contains the files, or a pattern such as "photos/**/*.jpg"',
    );
  }
  if (await exists(input)) return [input];
  const matches = await expandInput(input).catch(error => {
    if (error instanceof UserError) return [];
    throw error;
  });
  if (matches.length > 0 && matches[0] !== input) return matches;
  throw new UserError(
    `Cannot use "${input}": there is no such file or folder, and no file matches it; ` +
      'pass a folder, or a pattern such as "photos/**/*.jpg"',
  );
}
