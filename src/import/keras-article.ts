import { presets } from '../config/presets.ts';
import type { KerasRole, KerasWeight } from './keras-weights.ts';
import type { Recognized } from './recognized.ts';
import type { Refuse } from './refuse.ts';

/**
 * The article's generator: L convolutions down, L up, and batch norms after all but the first and the last. Layers are
 * identified by their order, as Keras names them by a counter. Kernels already have this project's layout.
 */
export function recognizeKeras(weights: readonly KerasWeight[], refuse: Refuse): Recognized {
  const names = (role: KerasRole) => weights.filter(each => each.role === role).map(({ name }) => name);
  const kernels = weights.filter(({ role }) => role === 'kernel');
  const levels = Math.ceil(kernels.length / 2);
  const [first] = kernels;
  if (levels < 2 || first === undefined || first.shape.length !== 4) {
    return refuse(
      `it has ${kernels.length} convolutions, and the article's generator has 14; other Keras models are not supported`,
    );
  }
  const norm = names('gamma').length > 0 ? 'batch' : 'none';
  const { article } = presets;
  const size = Math.max(2 ** (levels + 1), 32);
  const named = new Map<string, string>();
  for (const [part, role, layers] of [
    ['conv/kernel', 'kernel', convolutions(levels)],
    ['conv/bias', 'bias', convolutions(levels)],
    ['norm/gamma', 'gamma', norms(levels)],
    ['norm/beta', 'beta', norms(levels)],
    ['norm/moving_mean', 'moving_mean', norms(levels)],
    ['norm/moving_variance', 'moving_variance', norms(levels)],
  ] as const) {
    const found = names(role);
    layers.forEach((layer, i) => {
      named.set(`${layer}/${part}`, found[i] ?? `${role} ${i + 1} (${layer.slice(2)})`);
    });
  }
  return {
    kind: "article's generator in Keras",
    config: {
      ...article,
      size: [size, size],
      channels: {
        condition: first.shape[2]!,
        target: kernels[2 * levels - 1]?.shape[3] ?? article.channels.target,
      },
      generator: { ...article.generator, filters: first.shape[3]!, levels, norm },
      discriminator: { ...article.discriminator, norm },
    },
    place: variable => (named.has(variable) ? { name: named.get(variable)! } : null),
    ignores: () => false,
  };
}

const count = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => from + i);

function convolutions(levels: number): string[] {
  return [
    ...count(1, levels).map(level => `G/down${level}`),
    ...count(1, levels - 1).map(block => `G/up${block}`),
    'G/output',
  ];
}

function norms(levels: number): string[] {
  return convolutions(levels).slice(1, -1);
}
