import { UserError } from '../core/errors.ts';
import type { Tensor } from '../graph/index.ts';
import type { Mode } from '../nn/layers.ts';
import type { Variables } from '../nn/variables.ts';
import { articleGenerator } from './article-generator.ts';
import { unet } from './unet.ts';

export interface GeneratorOptions {
  /** Filters of the first layer; deeper ones have up to 8 times as many. */
  readonly filters: number;
  /** Halvings between input and bottleneck. */
  readonly levels: number;
  readonly dropout: number;
  readonly outputChannels: number;
}

type Generator = (variables: Variables, condition: Tensor, options: GeneratorOptions, mode: Mode) => Tensor;

interface Architecture {
  readonly build: Generator;
  readonly maximumLevels: number;
  /** Whether the bottleneck has a batch norm, which leaves nothing of a single value. */
  readonly normalisesBottleneck: boolean;
}

/** Every generator, by the name a run config uses. */
export const generators = {
  article: { build: articleGenerator, maximumLevels: 7, normalisesBottleneck: true },
  unet: { build: unet, maximumLevels: 8, normalisesBottleneck: false },
} as const satisfies Record<string, Architecture>;

export type GeneratorName = keyof typeof generators;

/** Fewer levels than this see too little of an image to be chosen unasked. */
const SHALLOWEST = 4;

/**
 * The depth to build for [height, width] and a batch size: `wanted`, or as deep as the size allows.
 * Throws {@link UserError} where the size can't be halved that often, or where a batch norm over a
 * bottleneck of one value would turn everything behind it to zero.
 */
export function resolveLevels(
  name: GeneratorName,
  [height, width]: readonly [number, number],
  batchSize: number,
  wanted: number | null,
): number {
  const { maximumLevels, normalisesBottleneck } = generators[name];
  const halvings = Math.min(trailingZeros(height), trailingZeros(width), wanted ?? maximumLevels);
  const values = (levels: number) => (batchSize * height * width) / 4 ** levels;
  const starved = (levels: number) => normalisesBottleneck && values(levels) < 2;
  const deepest = starved(halvings) ? halvings - 1 : halvings;
  if (wanted !== null && wanted > halvings) {
    throw new UserError(
      `Cannot build generator "${name}" with ${wanted} levels at ${height}×${width}: the size must be a multiple of ${2 ** wanted}; use --levels ${deepest} or another --size`,
    );
  }
  if (wanted !== null && starved(wanted)) {
    throw new UserError(
      `Cannot train generator "${name}" with ${wanted} levels at ${height}×${width} and batch size ${batchSize}: its bottleneck would be a single value, which batch norm turns to zero; use --levels ${deepest}, a larger --size or a larger --batch-size`,
    );
  }
  if (wanted === null && deepest < SHALLOWEST) {
    const multiple = 2 ** (SHALLOWEST + 1);
    const nearest = [height, width].map(side => Math.max(Math.round(side / multiple), 1) * multiple);
    throw new UserError(
      `Cannot build generator "${name}" at ${height}×${width}: it could be halved only ${deepest} times; use --size ${nearest.join('x')}, or --levels ${deepest} to have it so shallow`,
    );
  }
  return deepest;
}

function trailingZeros(n: number): number {
  return Math.log2(n & -n);
}
