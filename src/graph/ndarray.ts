import { broadcastShape, elements, type Shape, strides } from '../core/shape.ts';

/** A dense row-major array in double precision, for the reference interpreter. */
export interface NdArray {
  readonly shape: Shape;
  readonly data: Float64Array;
}

/** Visits every index of `shape` in row-major order; the index array is reused between calls. */
export function forEachIndex(
  shape: Shape,
  visit: (index: readonly number[], position: number) => void,
): void {
  const index = new Array<number>(shape.length).fill(0);
  const total = elements(shape);
  for (let position = 0; position < total; position++) {
    visit(index, position);
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      if (++index[axis]! < shape[axis]!) break;
      index[axis] = 0;
    }
  }
}

/** Elementwise function of arrays that broadcast against each other. */
export function mapBroadcast(arrays: readonly NdArray[], f: (...values: number[]) => number): NdArray {
  const shape = arrays.reduce<Shape>((result, array) => broadcastShape(result, array.shape)!, []);
  const steps = arrays.map(array => broadcastStrides(array.shape, shape.length));
  const data = new Float64Array(elements(shape));
  forEachIndex(shape, (index, position) => {
    data[position] = f(...arrays.map((array, i) => array.data[offset(index, steps[i]!)]!));
  });
  return { shape, data };
}

/** Position of `index` in an array with the given strides. */
export function offset(index: readonly number[], steps: readonly number[]): number {
  let position = 0;
  for (let axis = 0; axis < steps.length; axis++) position += index[axis]! * steps[axis]!;
  return position;
}

function broadcastStrides(shape: Shape, rank: number): number[] {
  const own = strides(shape).map((stride, axis) => (shape[axis] === 1 ? 0 : stride));
  return [...new Array<number>(rank - shape.length).fill(0), ...own];
}
