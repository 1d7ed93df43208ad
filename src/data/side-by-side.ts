import { createImage, type Image } from '../core/image.ts';

/** Two images of one height, [H, W, 3] each → [H, 2W, 3]. */
export function placeSideBySide(left: Image, right: Image): Image {
  const pair = createImage(left.width + right.width, left.height);
  for (let y = 0; y < pair.height; y++) {
    const start = y * pair.width * 3;
    pair.data.set(rowOf(left, y), start);
    pair.data.set(rowOf(right, y), start + left.width * 3);
  }
  return pair;
}

function rowOf(image: Image, y: number): Uint8Array {
  const length = image.width * 3;
  return image.data.subarray(y * length, (y + 1) * length);
}
