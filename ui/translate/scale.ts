export type Size = readonly [height: number, width: number];

/** The size nearest to the training size that keeps the aspect ratio: the shorter sides are equal. */
export function trainingScale([height, width]: Size, trained: Size): Size {
  const factor = Math.min(...trained) / Math.min(height, width);
  return [Math.max(1, Math.round(height * factor)), Math.max(1, Math.round(width * factor))];
}

/** The largest centred part with the aspect ratio of `size`. */
export function middle(
  [height, width]: Size,
  size: Size,
): [x: number, y: number, width: number, height: number] {
  const scale = Math.min(height / size[0], width / size[1]);
  const [partHeight, partWidth] = [size[0] * scale, size[1] * scale];
  return [(width - partWidth) / 2, (height - partHeight) / 2, partWidth, partHeight];
}
