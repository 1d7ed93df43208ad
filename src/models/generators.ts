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
  /** Levels in the publication. By default a network has as many as its size allows, up to this number. */
  readonly originalLevels: number;
  /** Smallest side of its bottleneck, in pixels. */
  readonly bottleneck: number;
  /** Halvings outside `levels`: the enhancer's, before its global generator. */
  readonly extraHalvings: number;
  /** Whether the bottleneck is normalised, which turns a single value into 0. */
  readonly normalizesBottleneck: boolean;
  /** Whether it has residual blocks instead of a U-Net's skip connections. */
  readonly residual: boolean;
}

/** Every generator, by its name in run configs. */
export const generators = {
  article: {
    build: articleGenerator,
    originalLevels: 7,
    bottleneck: 1,
    extraHalvings: 0,
    normalizesBottleneck: true,
    residual: false,
  },
  unet: {
    build: unet,
    originalLevels: 8,
    bottleneck: 1,
    extraHalvings: 0,
    normalizesBottleneck: false,
    residual: false,
  },
  clade: {
    build: cladeUnet,
    originalLevels: 6,
    bottleneck: 1,
    extraHalvings: 0,
    normalizesBottleneck: false,
    residual: false,
  },
  resnet: {
    build: resnet,
    originalLevels: 2,
    bottleneck: 2,
    extraHalvings: 0,
    normalizesBottleneck: true,
    residual: true,
  },
  enhancer: {
    build: enhancer,
    originalLevels: 4,
    bottleneck: 2,
    extraHalvings: 1,
    normalizesBottleneck: true,
    residual: true,
  },
} as const satisfies Record<string, Architecture>;

export type GeneratorName = keyof typeof generators;

export const generatorNames = Object.keys(generators) as GeneratorName[];

/** The number that the sides of a generator's images must be multiples of, and their smallest length. */
export function generatorSizes(name: GeneratorName, levels: number): { multiple: number; smallest: number } {
  const { extraHalvings, bottleneck } = generators[name];
  const multiple = 2 ** (extraHalvings + levels);
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
  const { originalLevels, bottleneck, extraHalvings, normalizesBottleneck } = generators[name];
  const possible = Math.max(Math.min(trailingZeros(height), trailingZeros(width)) - extraHalvings, 0);
  const halvings = Math.min(possible, wanted ?? originalLevels);
  const imagesPerStatistic = norm === 'batch' ? batchSize : 1;
  const isBottleneckTooSmall = (levels: number) =>
    (normalizesBottleneck &&
      norm !== 'none' &&
      (imagesPerStatistic * height * width) / 4 ** (extraHalvings + levels) < 2) ||
    Math.min(height, width) < bottleneck * 2 ** (extraHalvings + levels);
  const deepest = isBottleneckTooSmall(halvings) ? halvings - 1 : halvings;
  if (wanted !== null && wanted > halvings) {
    throw new UserError(
      `Cannot build generator "${name}" with ${wanted} levels at ${height}×${width}: the size must be a multiple of ${generatorSizes(name, wanted).multiple}; use --levels ${deepest} or another ${flag}`,
    );
  }
  if (wanted !== null && isBottleneckTooSmall(wanted)) {
    const batch = norm === 'batch' ? ` and batch size ${batchSize}` : '';
    const fix = norm === 'batch' ? `, a larger ${flag} or a larger --batch-size` : ` or a larger ${flag}`;
    throw new UserError(
      `Cannot train generator "${name}" with ${wanted} levels at ${height}×${width}${batch}: its bottleneck would be a single value, which ${norm} norm turns to zero; use --levels ${deepest}${fix}`,
    );
  }
  const shallowest = Math.min(SHALLOWEST, originalLevels);
  if (wanted === null && deepest < shallowest) {
    const multiple = 2 ** (extraHalvings + shallowest + 1);
    const nearest = [height, width].map(side => Math.max(Math.round(side / multiple), 1) * multiple);
    const sides = [...new Set(nearest)].join('x');
    const shallower = deepest > 0 ? `, or --levels ${deepest} for a shallower network` : '';
    throw new UserError(
      `Cannot build generator "${name}" at ${height}×${width}: that size can be halved only ${deepest} times; use ${flag === '--size' ? `--size ${sides}` : `${sides} in --grow`}${shallower}`,
    );
  }
  return deepest;
}

function trailingZeros(n: number): number {
  return Math.log2(n & -n);
}
