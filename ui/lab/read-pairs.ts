import type { LabPair } from '../../src/browser/lab-run.ts';

/** Side-by-side pictures (photo left, condition right) as pairs of `size`×`size`, in the order of their names. */
export async function readPairs(files: readonly File[], size: number): Promise<LabPair[]> {
  const sorted = [...files].sort((a, b) => (a.name < b.name ? -1 : 1));
  return Promise.all(
    sorted.map(async file => {
      const picture = await createImageBitmap(file).catch(() => {
        throw new Error(`Cannot read ${file.name}: it is no picture that this browser knows`);
      });
      if (picture.width < picture.height * 1.5) {
        throw new Error(
          `Cannot use ${file.name}: both sides of a pair stand next to each other in one picture`,
        );
      }
      const half = Math.floor(picture.width / 2);
      return {
        name: file.name.replace(/\.[^.]+$/, ''),
        target: pixelsOf(picture, 0, half, size),
        condition: pixelsOf(picture, picture.width - half, half, size),
      };
    }),
  );
}

/** Part of a picture as RGB of `size`×`size`. */
function pixelsOf(picture: ImageBitmap, left: number, width: number, size: number): Uint8Array {
  const context = new OffscreenCanvas(size, size).getContext('2d', { willReadFrequently: true })!;
  context.imageSmoothingQuality = 'high';
  context.drawImage(picture, left, 0, width, picture.height, 0, 0, size, size);
  return withoutAlpha(context.getImageData(0, 0, size, size).data);
}

export function withoutAlpha(rgba: Uint8ClampedArray): Uint8Array {
  const rgb = new Uint8Array((rgba.length / 4) * 3);
  for (let i = 0; i < rgb.length / 3; i++) rgb.set(rgba.subarray(4 * i, 4 * i + 3), 3 * i);
  return rgb;
}

export function withAlpha(rgb: Uint8Array): Uint8ClampedArray<ArrayBuffer> {
  const rgba = new Uint8ClampedArray((rgb.length / 3) * 4).fill(255);
  for (let i = 0; i < rgb.length / 3; i++) rgba.set(rgb.subarray(3 * i, 3 * i + 3), 4 * i);
  return rgba;
}
