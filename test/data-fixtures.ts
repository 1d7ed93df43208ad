import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import sharp from 'sharp';
import { onTestFinished } from 'vitest';
import type { Image } from '../src/core/image.ts';
import type { Augment } from '../src/data/loading/transform.ts';

/** A folder that is gone after the test. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'pix2pix-data-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** All augmentations at once. */
export const everyAugmentation: Augment = {
  jitter: 1.5,
  mirror: true,
  rotation: 5,
  scale: 1.2,
  color: 0.2,
  cutout: 0.3,
  distort: 0.1,
  roughen: 0.5,
};

/** An RGB picture that differs in every pixel; `seed` makes pictures differ from each other. */
export function testPicture(width: number, height: number, seed = 0): Image {
  const data = new Uint8Array(width * height * 3).map((_, i) => (i * 37 + seed * 101) % 256);
  return { width, height, channels: 3, data };
}

/** Writes a picture in the format its extension names; PNG keeps every level. */
export async function savePicture(path: string, image: Image): Promise<string> {
  const { width, height, data } = image;
  await mkdir(dirname(path), { recursive: true });
  await sharp(data, { raw: { width, height, channels: 3 } }).toFile(path);
  return path;
}

export async function saveBytes(path: string, content: string | Uint8Array): Promise<string> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, content);
  return path;
}

/** `count` side-by-side pairs of 16×8 in `folder`, named 0.png, 1.png, …; picture `i` has seed `i`. */
export async function savePairs(folder: string, count: number): Promise<void> {
  for (let i = 0; i < count; i++) await savePicture(join(folder, `${i}.png`), testPicture(16, 8, i));
}

/** All of a stream (Node 20 has no `Array.fromAsync`). */
export async function collect<T>(stream: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = [];
  for await (const item of stream) items.push(item);
  return items;
}
