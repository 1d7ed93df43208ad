import type { LabPair } from '../../src/browser/lab-run.ts';

/** Side-by-side pictures (photo left, condition right) as pairs of their own size, in the order of their names. */
export async function readPairs(files: readonly File[]): Promise<LabPair[]> {
  const sorted = [...files].sort((a, b) => (a.name < b.name ? -1 : 1));
  return Promise.all(
    sorted.map(async file => {
      const picture = await createImageBitmap(file).catch(() => {
        throw new Error(
          `Cannot read ${file.name}: it is not an image in a format that this browser supports`,
        );
      });
      if (picture.width < picture.height * 1.5) {
        throw new Error(
          `Cannot use ${file.name}: both sides of a pair stand next to each other in one image`,
        );
      }
      const half = Math.floor(picture.width / 2);
      return {
        name: file.name.replace(/\.[^.]+$/, ''),
        target: partOf(picture, 0, half),
        condition: partOf(picture, picture.width - half, half),
      };
    }),
  );
}

/** Some columns of a picture, in RGB. */
function partOf(picture: ImageBitmap, left: number, width: number): LabPair['target'] {
  const { height } = picture;
  const context = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true })!;
  context.drawImage(picture, left, 0, width, height, 0, 0, width, height);
  return { width, height, channels: 3, data: withoutAlpha(context.getImageData(0, 0, width, height).data) };
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
