import { join } from 'node:path';
import { UserError } from '../core/errors.ts';
import { type ImageFile, imagesIn } from './folder.ts';

/** Pairs the first image of folder `a` with the first of folder `b`, and so on. Throws on unequal or zero counts. */
export async function pairByOrder(folder: string, a: string, b: string) {
  const sideA = await imagesIn(join(folder, a));
  const sideB = await imagesIn(join(folder, b));
  if (sideA.length !== sideB.length) {
    throw new UserError(
      `Cannot pair "${a}" (${countOf(sideA)}) with "${b}" (${countOf(sideB)}) in "${folder}": ` +
        `each image needs a partner${lonelyNames(sideA, sideB)}`,
    );
  }
  if (sideA.length === 0) {
    throw new UserError(`Cannot pair "${a}" with "${b}" in "${folder}": both hold no images`);
  }
  return sideA.map(({ name, path }, i) => ({ name, a: path, b: sideB[i]!.path }));
}

function countOf(images: readonly ImageFile[]): string {
  return images.length === 1 ? '1 image' : `${images.length} images`;
}

/** "; without one: "7", "9"" where names tell it, up to three of them. */
function lonelyNames(sideA: readonly ImageFile[], sideB: readonly ImageFile[]): string {
  const lonely = [...without(sideA, sideB), ...without(sideB, sideA)];
  if (lonely.length === 0 || lonely.length === sideA.length + sideB.length) return '';
  const shown = lonely.slice(0, 3).map(name => `"${name}"`);
  return `; without one: ${shown.join(', ')}${lonely.length > 3 ? ` and ${lonely.length - 3} more` : ''}`;
}

function without(side: readonly ImageFile[], other: readonly ImageFile[]): string[] {
  const partners = new Set(other.map(({ name }) => commonName(name)));
  return side.map(({ name }) => name).filter(name => !partners.has(commonName(name)));
}

/** "12_A" and "12_B", as Kaggle's copy of the facades has them, are both "12". */
function commonName(name: string): string {
  return name.replace(/[_-][ab]$/i, '');
}
