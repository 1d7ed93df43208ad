import type { LabPair } from '../../src/browser/lab-run.ts';
import type { Direction } from '../../src/core/image-pair.ts';
import { imageFrom } from '../parts/pixels.ts';

/** Images that are pairs side by side, of their own size, in the order of their names. */
export function readPairs(files: readonly File[], direction: Direction): Promise<LabPair[]> {
  const sorted = [...files].sort((a, b) => (a.name < b.name ? -1 : 1));
  return Promise.all(sorted.map(file => readPair(file, file.name, direction)));
}

/** An image that is a pair: A on the left, B on the right. Throws an Error with a message for users. */
export async function readPair(file: Blob, name: string, direction: Direction): Promise<LabPair> {
  const picture = await createImageBitmap(file).catch(() => {
    throw new Error(`Cannot read ${name}: it is not an image in a format that this browser supports`);
  });
  const { width, height } = picture;
  if (width < height * 1.5)
    throw new Error(`Cannot use ${name}: both sides of a pair stand next to each other in one image`);
  const half = Math.floor(width / 2);
  const a = imageFrom(picture, half, height, { part: [0, 0, half, height] });
  const b = imageFrom(picture, half, height, { part: [width - half, 0, half, height] });
  picture.close();
  const [condition, target] = direction === 'AtoB' ? [a, b] : [b, a];
  return { name: name.replace(/\.[^.]+$/, ''), condition, target };
}
