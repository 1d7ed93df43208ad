import type { Size } from '../../src/core/sizes.ts';

/** The largest centred part with the aspect ratio of `size`. */
export function centerCrop(
  [height, width]: Size,
  size: Size,
): [x: number, y: number, width: number, height: number] {
  const scale = Math.min(height / size[0], width / size[1]);
  const [partHeight, partWidth] = [size[0] * scale, size[1] * scale];
  return [(width - partWidth) / 2, (height - partHeight) / 2, partWidth, partHeight];
}
