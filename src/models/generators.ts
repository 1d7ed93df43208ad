import { UserError } from '../core/errors.ts';
import type { NormKind } from '../nn/norms.ts';
import { articleGenerator } from './article-generator.ts';
import { cladeUnet } from './clade-unet.ts';
import { enhancer } from './enhancer.ts';
import type { Generator } from './network.ts';
import { resnet } from './resnet.ts';
import { unet } from './unet.ts';

interface Architecture {
  readonly build: Generator;
  /** Levels in the publication. By default there are as many as the size allows, up to these. */
  readonly originalLevels: number;
  /** Smallest side of its bottleneck, in pixels. */
  readonly bottleneck: number;
  /** Downsamplings by 2 that the levels do not count. */
  readonly before: number;
  /** Whether the bottleneck is normalised, which turns a single value into 0. */
  readonly normalisesBottleneck: boolean;
  /** Whether it has residual blocks instead of a U-Net's skip connections. */
  readonly residual: boolean;
}

/** Every generator, by its name in run configs. */
export const generators = {
  article: {
    build: articleGenerator,
    originalLevels: 7,
    bottleneck: 1,
    before: 0,
    normalisesBottleneck: true,
    residual: false,
  },
  unet: {
    build: unet,
    originalLevels: 8,
    bottleneck: 1,
    before: 0,
    normalisesBottleneck: false,
    residual: false,
  },
  clade: {
    build: cladeUnet,
    originalLevels: 6,
    bottleneck: 1,
    before: 0,
    normalisesBottleneck: false,
    residual: false,
  },
  resnet: {
    build: resnet,
    originalLevels: 2,
    bottleneck: 2,
    before: 0,
    normalisesBottleneck: true,
    residual: true,
  },
  enhancer: {
    build: enhancer,
    originalLevels: 4,
    bottleneck: 2,
    before: 1,
    normalisesBottleneck: true,
    residual: true,
  },
} as const satisfies Record<string, Architecture>;

export type GeneratorName = keyof typeof generators;

export const generatorNames = Object.keys(generators) as GeneratorName[];

/** The number that the sides of a generator's images must be multiples of, and their smallest length. */
export function generatorSizes(name: GeneratorName, levels: number): { multiple: number; smallest: number } {
  const { before, bottleneck } = generators[name];
  const multiple = 2 ** (before + levels);
  return { multiple, smallest: multiple * bottleneck };
}

/** Fewer levels than this are never chosen by default: their receptive field is too small. */
const SHALLOWEST = 4;

/**
 * The number of levels for [height, width] and a batch size: `wanted`, or as many as the size allows.
 * Throws {@link UserError} if the size cannot be halved that often, or if the bottleneck would be a single value, which a
 * norm turns into 0.
 * @param flag the flag that sets this size, for the messages.
 */
export function resolveLevels(
  name: GeneratorName,
  [height, width]: readonly [number, number],
  batchSize: number,
  wanted: number | null,
  norm: NormKind = 'batch',
  flag: '--size' | '--grow' = '--size',
): number {
  const { originalLevels, bottleneck, before, normalisesBottleneck } = generators[name];
  const possible = Math.max(Math.min(trailingZeros(height), trailingZeros(width)) - before, 0);
  const halvings = Math.min(possible, wanted ?? originalLevels);
  const together = norm === 'batch' ? batchSize : 1;
  const starved = (levels: number) =>
    (normalisesBottleneck && norm !== 'none' && (together * height * width) / 4 ** (before + levels) < 2) ||
    Math.min(height, width) < bottleneck * 2 ** (before + levels);
  const deepest = starved(halvings) ? halvings - 1 : halvings;
  if (wanted !== null && wanted > halvings) {
    throw new UserError(
      `Cannot build generator "${name}" with ${wanted} levels at ${height}×${width}: the size must be a multiple of ${generatorSizes(name, wanted).multiple}; use --levels ${deepest} or another ${flag}`,
    );
  }
  if (wanted !== null && starved(wanted)) {
    const batch = norm === 'batch' ? ` and batch size ${batchSize}` : '';
    const fix = norm === 'batch' ? `, a larger ${flag} or a larger --batch-size` : ` or a larger ${flag}`;
    throw new UserError(
      `Cannot train generator "${name}" with ${wanted} levels at ${height}×${width}${batch}: its bottleneck would be a single value, which ${norm} norm turns to zero; use --levels ${deepest}${fix}`,
    );
  }
  const shallowest = Math.min(SHALLOWEST, originalLevels);
  if (wanted === null && deepest < shallowest) {
    const multiple = 2 ** (before + shallowest + 1);
    const nearest = [height, width].map(side => Math.max(Math.round(side / multiple), 1) * multiple);
    throw new UserError(
      `Cannot build generator "${name}" at ${height}×${width}: that size can be halved only ${deepest} times; use ${flag === '--size' ? '--size ' : 'a --grow of '}${[...new Set(nearest)].join('x')}, or --levels ${deepest} for a shallower network`,
    );
  }
  return deepest;
}

function trailingZeros(n: number): number {
  return Math.log2(n & -n);
}
