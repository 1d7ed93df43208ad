/** Sizes of a tensor's axes, outermost first. Images are NHWC: [batch, height, width, channels]. */
export type Shape = readonly number[];

/** Number of elements. */
export function elements(shape: Shape): number {
  return shape.reduce((product, size) => product * size, 1);
}

export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((size, axis) => size === b[axis]);
}

/** `[1, 32, 32, 128]`: the form used in messages and graph printouts. */
export function showShape(shape: Shape): string {
  return `[${shape.join(', ')}]`;
}

/** Elements between neighbours along each axis of a row-major array. */
export function strides(shape: Shape): number[] {
  const result = new Array<number>(shape.length);
  let stride = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    result[axis] = stride;
    stride *= shape[axis]!;
  }
  return result;
}

/**
 * The shape of an elementwise result under NumPy's broadcasting rules: axes are aligned at the last one, and size 1
 * stretches. Null if the shapes don't fit.
 */
export function broadcastShape(a: Shape, b: Shape): Shape | null {
  const rank = Math.max(a.length, b.length);
  const result = new Array<number>(rank);
  for (let i = 1; i <= rank; i++) {
    const left = a[a.length - i] ?? 1;
    const right = b[b.length - i] ?? 1;
    if (left !== right && left !== 1 && right !== 1) return null;
    result[rank - i] = left === 1 ? right : left;
  }
  return result;
}
