import type { RunConfig } from '../../src/config/config.ts';
import { type ConfigOverrides, resolveConfig } from '../../src/config/resolve-config.ts';
import type { Samples } from '../../src/core/image.ts';
import { Random } from '../../src/core/random.ts';
import { elements } from '../../src/core/shape.ts';
import { upsamplings } from '../../src/nn/layers.ts';
import { compile } from '../../src/runtime/program.ts';
import { translatePass } from '../../src/step/graphs.ts';

const norms = ['batch', 'instance', 'none'] as const;
const moving = { statistics: 'moving', dropout: false } as const;
const batch = { statistics: 'batch', dropout: false } as const;

/** Small generators of every kind that can be exported, without noise. */
export const variants: readonly (readonly [title: string, config: RunConfig])[] = [
  ...norms.map(norm => variant(`article, ${norm} norm`, 'article', { norm })),
  variant("article, the image's statistics", 'article', { inference: batch }),
  ...upsamplings.flatMap(upsampling => [
    ...norms.map(norm =>
      variant(`U-Net, ${upsampling}, ${norm} norm`, 'paper', { upsampling, norm, inference: batch }),
    ),
    variant(`U-Net, ${upsampling}, moving averages`, 'paper', { upsampling, inference: moving }),
    variant(`U-Net, ${upsampling}, 5 levels`, 'paper', { upsampling, levels: 5, inference: batch }),
    ...norms.map(norm =>
      variant(`ResNet, ${upsampling}, ${norm} norm`, 'hd', { upsampling, norm, levels: 2, blocks: 2 }),
    ),
  ]),
  ...(['instance', 'none'] as const).map(norm =>
    variant(`enhancer, ${norm} norm`, 'hd', { architecture: 'enhancer', norm, levels: 2, blocks: 1 }),
  ),
  labelled('planes and boundaries of labels', { planes: true, boundaries: 'labels' }),
  labelled('boundaries of ids', { planes: false, boundaries: 'ids' }),
  labelled(
    'label-conditioned U-Net',
    { planes: true, boundaries: 'labels' },
    { architecture: 'clade', norm: 'instance' },
  ),
  variant('luminance kept', 'paper', { keepLuminance: true, inference: batch }),
  variant('encoder–decoder', 'paper', { skips: false, inference: batch }),
];

function variant(title: string, preset: string, generator: NonNullable<ConfigOverrides['generator']>) {
  const small = { filters: 6, dropout: 0, ...generator };
  return [title, resolveConfig({ preset, size: [64, 64], generator: small }).config] as const;
}

function labelled(
  title: string,
  labels: NonNullable<ConfigOverrides['labels']>,
  generator: NonNullable<ConfigOverrides['generator']> = {},
) {
  const [, config] = variant(title, 'paper', { inference: batch, ...generator });
  const palette: [number, number, number][] = [
    [0, 0, 223],
    [255, 80, 0],
    [0, 255, 32],
  ];
  return [title, { ...config, labels: { ...config.labels, palette, ...labels } }] as const;
}

/** A generator's variables as training might have left them, none at its initial value. */
export function trainedValues(config: RunConfig): Record<string, Float32Array> {
  const random = Random.fromSeed(5);
  const draw: Record<string, (fanIn: number) => number> = {
    kernel: fanIn => random.normal() / Math.sqrt(fanIn),
    gamma: () => 1 + 0.3 * random.normal(),
    moving_variance: () => 0.5 + random.uniform(),
  };
  const other = () => 0.3 * random.normal();
  return Object.fromEntries(
    translatePass(config)
      .variables.all()
      .map(({ name, shape }) => {
        const fanIn = elements(shape.slice(0, 3)) / 2;
        const next = draw[name.split('/').at(-1)!] ?? other;
        return [name, new Float32Array(elements(shape)).map(() => next(fanIn))];
      }),
  );
}

/** What the run's own graph makes of one condition, [H, W, 3] on [−1, 1]. */
export async function runOwnGraph(
  config: RunConfig,
  values: Readonly<Record<string, Float32Array>>,
  condition: Float32Array,
): Promise<Float32Array> {
  const program = await compile(translatePass(config).outputs);
  const fake = new Float32Array(condition.length);
  await program.bind({ ...values, condition, fake })();
  await program.release();
  return fake;
}

/** [H, W, C] → [C, H, W]. */
export function planesOf(values: Float32Array, channels = 3): Float32Array {
  const area = values.length / channels;
  return values.map((_, i) => values[(i % area) * channels + Math.floor(i / area)]!);
}

export function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let largest = 0;
  for (let i = 0; i < a.length; i++) largest = Math.max(largest, Math.abs(a[i]! - b[i]!));
  return largest;
}

/** Decibels between two pictures of 8 bits. */
export function psnr(a: Samples, b: Samples): number {
  let squares = 0;
  for (let i = 0; i < a.length; i++) squares += (a[i]! - b[i]!) ** 2;
  return 10 * Math.log10((255 * 255 * a.length) / squares);
}
