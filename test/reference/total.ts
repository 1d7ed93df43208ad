import { add, reshape, sum, type Tensor } from '../../src/graph/index.ts';

/** The sum of all elements of all `tensors`, a scalar. */
export function total(tensors: readonly Tensor[]): Tensor {
  return tensors
    .map(tensor =>
      reshape(
        sum(
          tensor,
          tensor.shape.map((_, axis) => axis),
        ),
        [],
      ),
    )
    .reduce((left, right) => add(left, right));
}
