import { UserError } from '../core/errors.ts';
import { createImageLike, type Depth, depthOf, type Image, type Samples } from '../core/image.ts';
import { colorsOf, deepen, type Picture, withChannels } from './picture.ts';

/**
 * Joins two pictures of one height side by side without loss: with the greater depth, in colour if either is, with
 * opacity if either has it. Throws {@link UserError} if their channels can't be combined.
 */
export function joinSides(a: Picture, b: Picture, name: string): Picture {
  const colors = Math.max(colorsOf(a), colorsOf(b));
  const alpha = a.alpha || b.alpha;
  const depth = Math.max(depthOf(a.image), depthOf(b.image)) as Depth;
  const [left, right] = [a, b].map(side => {
    const isLike = colorsOf(side) === colors || (colorsOf(side) === 1 && colors === 3);
    const image = isLike ? withChannels(side, colors + (alpha ? 1 : 0)) : undefined;
    if (image) return deepen(image, depth);
    throw new UserError(
      `Cannot put the sides of pair "${name}" into one image: A has ${a.image.channels} channels, B has ${b.image.channels}; ` +
        'keep them in folders "trainA" and "trainB"',
    );
  });
  return { image: placeSideBySide(left!, right!), alpha };
}

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
