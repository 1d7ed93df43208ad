import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';

/** An emoji that was both drawn and rendered. */
export interface EmojiSource {
  /** Code points in hex, joined by hyphens. */
  readonly code: string;
  /** A drawing of 32×32 units, as the inside of an SVG document. */
  readonly drawing: string;
  /** Path of the picture. */
  readonly picture: string;
}

const iconsSchema = z.object({ icons: z.record(z.string(), z.object({ body: z.string() })) });
const charsSchema = z.record(z.string(), z.string());

/** Copies of an emoji in five skin tones differ by one of these code points. */
const skinTone = /1f3f[b-f]/;

/**
 * Drawings and pictures of the same code points, without copies in skin tones, ordered by code.
 * @param drawings, @param pictures the unpacked packages.
 */
export async function matchEmoji(drawings: string, pictures: string): Promise<EmojiSource[]> {
  const { icons } = iconsSchema.parse(await readJson(join(drawings, 'icons.json')));
  const names = charsSchema.parse(await readJson(join(drawings, 'chars.json')));
  const assets = join(pictures, 'assets');
  const files = new Set(await readdir(assets));
  return Object.keys(names)
    .sort()
    .flatMap(code => {
      const drawing = icons[names[code]!]?.body;
      // Pictures may carry the selector that asks for an emoji in place of a letter.
      const file = [`${code}.webp`, `${code}-fe0f.webp`].find(each => files.has(each));
      if (drawing === undefined || file === undefined || skinTone.test(code)) return [];
      return [{ code, drawing, picture: join(assets, file) }];
    });
}

async function readJson(path: string): Promise<unknown> {
  return JSON.parse(await readFile(path, 'utf8'));
}
