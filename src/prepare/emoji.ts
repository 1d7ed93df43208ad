import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import * as z from 'zod';
import { mapAhead } from '../core/map-ahead.ts';
import { fetchNpmPackage, type NpmPackage } from '../data/fetch/npm-package.ts';
import { assertEmptyFolder, makeFolder } from '../files/folder.ts';
import { writeFile } from '../files/write.ts';
import { renderPair } from '../images/drawing-pair.ts';
import { writeSplits } from './split-pairs.ts';

export interface EmojiOptions {
  readonly condition: EmojiCondition;
  /** Height and width of each side, in pixels. */
  readonly size: number;
  readonly onProgress?: (done: number, total: number) => void;
}

/** One pair in fourteen is for testing. */
const TEST_SHARE = 1 / 14;
/** The same pairs are for testing wherever the set is made. */
const SEED = 0;

/**
 * Writes Microsoft's Fluent Emoji as pairs, drawings on the left and 3D pictures on the right, into `out`, a new or empty
 * folder: `train/` and `test/`, between which look-alikes are never divided, and NOTICE with the licence. The emoji come
 * from npm packages of fixed versions. Throws {@link UserError}.
 */
export async function fetchEmoji(
  out: string,
  { condition, size, onProgress }: EmojiOptions,
): Promise<{ readonly train: number; readonly test: number }> {
  await assertEmptyFolder(out, 'the set "emoji"');
  await makeFolder(join(out, '..'));
  const folder = await mkdtemp(join(dirname(out), '.emoji-'));
  try {
    const [drawings, pictures, pairs] = ['drawings', 'pictures', 'pairs'].map(name => join(folder, name));
    for (const each of [drawings!, pictures!, join(pairs!, 'train')]) await mkdir(each, { recursive: true });
    await fetchNpmPackage(drawingPackages[condition], drawings!);
    await fetchNpmPackage(picturePackage, pictures!);
    const sources = await matchEmoji(drawings!, pictures!);
    // An outline is drawn a little larger than its picture.
    const fit = condition === 'outline';
    let done = 0;
    const rendered = mapAhead(sources, 4, source => renderPair(source, { size, fit }));
    for await (const pair of rendered) {
      const { code } = sources[done++]!;
      if (pair) await writeFile(join(pairs!, 'train', `${code}.png`), pair);
      onProgress?.(done, sources.length);
    }
    const { counts } = await writeSplits(pairs!, out, { testShare: TEST_SHARE, valShare: 0, seed: SEED });
    await writeFile(join(out, 'NOTICE'), notice(drawingPackages[condition], picturePackage));
    return { train: counts.train, test: counts.test };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** What has to go with the pictures wherever they go. */
function notice(...packages: readonly NpmPackage[]): string {
  const names = packages.map(({ name, version }) => `${name} ${version}`).join(' and ');
  return `Fluent Emoji by Microsoft, https://github.com/microsoft/fluentui-emoji
from the npm packages ${names}

MIT License

Copyright (c) Microsoft Corporation.

Permission is hereby granted, free of charge, to any person obtaining a copy
of this software and associated documentation files (the "Software"), to deal
in the Software without restriction, including without limitation the rights
to use, copy, modify, merge, publish, distribute, sublicense, and/or sell
copies of the Software, and to permit persons to whom the Software is
furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all
copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR
IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY,
FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE
AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER
LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM,
OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE
SOFTWARE.
`;
}

/** Which drawing of an emoji is the condition: filled shapes, or black outlines. */
export const emojiConditions = ['flat', 'outline'] as const;
type EmojiCondition = (typeof emojiConditions)[number];

/** The drawings, `icons.json` by name and `chars.json` from code points to names. */
const drawingPackages: Readonly<Record<EmojiCondition, NpmPackage>> = {
  flat: {
    name: '@iconify-json/fluent-emoji-flat',
    version: '1.2.6',
    integrity:
      'sha512-RY47RgPb47fYUiyrA64sIOL0+UU02s29sXpNBbIQRBUlPlfNFTKUmZDERGuxDs/7yNGWqQYvuaSYM1M4fRXlUw==',
  },
  outline: {
    name: '@iconify-json/fluent-emoji-high-contrast',
    version: '1.2.6',
    integrity:
      'sha512-esqhZPpkrF7sNX3NsLoh8KW64okEr/bzko7WNnFP+qTJGAqDPDYjp0925yxuivXy3HtVQB8xhIKu3+Nq1byX5w==',
  },
};

/** The pictures, `assets/<code points>.webp` of 256×256 with transparency. */
const picturePackage: NpmPackage = {
  name: '@lobehub/fluent-emoji-3d',
  version: '1.1.0',
  integrity:
    'sha512-Wlq2lVStTnr8BDpIJ0pEnTKO4LuDxxqTEhTvRtD1DLRF0me7ogeRQjKoehDHXuVJ2Qaecgl5wRBv60lUAG3h7g==',
};

/** An emoji that was both drawn and rendered. */
interface EmojiSource {
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
