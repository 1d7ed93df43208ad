import { createImageLike, type Image, type Samples } from '../core/image.ts';

/** Two images of one height, depth and number of channels, [H, W, C] each → [H, 2W, C]. */
export function placeSideBySide<Data extends Samples>(left: Image<Data>, right: Image<Data>): Image<Data> {
  const pair = createImageLike(left, left.width + right.width, left.height);
  for (let y = 0; y < pair.height; y++) {
    const start = y * pair.width * pair.channels;
    pair.data.set(rowOf(left, y), start);
    pair.data.set(rowOf(right, y), start + left.width * left.channels);
  }
  return pair;
}

function rowOf(image: Image<Samples>, y: number): Samples {
  const length = image.width * image.channels;
  return image.data.subarray(y * length, (y + 1) * length);
}
