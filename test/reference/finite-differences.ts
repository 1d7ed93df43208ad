import { grad, interpret, type Tensor } from '../../src/graph/index.ts';

/** Double-precision values by input name. */
export type Values = Readonly<Record<string, Float64Array>>;

const STEP = 1e-5;
/** Below this a derivative counts as zero and errors are absolute. */
const SMALLEST_SCALE = 1e-3;

/**
 * How far `grad` is from central differences, (f(x + h) − f(x − h)) / 2h, for each input in `names`:
 * the largest difference, as a share of the largest derivative.
 */
export function gradientErrors(
  loss: Tensor,
  wrt: Readonly<Record<string, Tensor>>,
  values: Values,
): Record<string, number> {
  const gradients = interpret(grad(loss, Object.values(wrt)), values);
  const errors = Object.keys(wrt).map((name, i) => {
    const numeric = centralDifferences(loss, name, values);
    return [name, relativeError(gradients[i]!.data, numeric)];
  });
  return Object.fromEntries(errors);
}

function centralDifferences(loss: Tensor, name: string, values: Values): Float64Array {
  const moved = Float64Array.from(values[name]!);
  const at = () => interpret([loss], { ...values, [name]: moved })[0]!.data[0]!;
  return values[name]!.map((value, i) => {
    moved[i] = value + STEP;
    const above = at();
    moved[i] = value - STEP;
    const below = at();
    moved[i] = value;
    return (above - below) / (2 * STEP);
  });
}

function relativeError(actual: Float64Array, expected: Float64Array): number {
  const scale = expected.reduce((largest, value) => Math.max(largest, Math.abs(value)), SMALLEST_SCALE);
  return actual.reduce((worst, value, i) => Math.max(worst, Math.abs(value - expected[i]!)), 0) / scale;
}
