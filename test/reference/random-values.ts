import type { Random } from '../../src/core/random.ts';
import { elements, type Shape } from '../../src/core/shape.ts';

/**
 * Values for every variable that differ from the initial ones everywhere, so that a swapped, unused or
 * forgotten variable shows. Scales and variances lie in [0.5, 1.5]; kernels keep activations near 1.
 */
export function randomValues(
  variables: readonly { readonly name: string; readonly shape: Shape }[],
  random: Random,
): Map<string, Float32Array> {
  return new Map(
    variables.map(({ name, shape }) => {
      const draw = sampler(name, shape, random.split(name));
      return [name, new Float32Array(elements(shape)).map(draw)];
    }),
  );
}

function sampler(name: string, shape: Shape, random: Random): () => number {
  if (/(gamma|variance)$/.test(name)) return () => 0.5 + random.uniform();
  if (!name.endsWith('kernel')) return () => 0.3 * random.normal();
  const [height, width, ...channels] = shape as [number, number, ...number[]];
  const deviation = Math.sqrt(2 / (height * width * Math.max(...channels)));
  return () => deviation * random.normal();
}
