import { type RunConfig, runConfigSchema } from '../config/config.ts';
import { presets } from '../config/presets.ts';
import { completeConfig } from '../config/settings-index.ts';
import type { NormKind } from '../nn/norms.ts';
import type { SourceTensors } from './numbers.ts';
import type { Recognized } from './recognized.ts';

/** Recognises a generator with this project's names, `G/down1/conv/kernel`; null if there is none. */
export function recognizeOwn(
  tensors: SourceTensors,
  metadata: Readonly<Record<string, string>>,
): Recognized | null {
  const config = savedConfig(metadata) ?? inferResnet(tensors) ?? inferUnet(tensors);
  if (!config || ![...tensors.keys()].some(name => name.startsWith('G/'))) return null;
  return {
    kind: `generator "${config.generator.architecture}"`,
    config,
    place: name => ({ name }),
    ignores: name => !name.startsWith('G/'),
  };
}

/** The config in this project's weights files; null if this version doesn't support it. */
function savedConfig({ config }: Readonly<Record<string, string>>): RunConfig | null {
  try {
    const parsed = runConfigSchema.parse(completeConfig(JSON.parse(config ?? '')));
    return parsed.generator.levels === null ? null : parsed;
  } catch {
    return null;
  }
}

function inferResnet(tensors: SourceTensors): RunConfig | null {
  const [first, up] = [shapeOf(tensors, 'G/input'), shapeOf(tensors, 'G/up1')];
  if (!first || !up) return null;
  const { hd } = presets;
  return {
    ...hd,
    size: [256, 256],
    channels: { condition: first[2]!, target: outputChannels(tensors) },
    generator: {
      ...hd.generator,
      filters: first[3]!,
      levels: countScopes(tensors, 'down'),
      blocks: countScopes(tensors, 'block'),
      norm: normAt(tensors, 'G/input'),
      // Halves the channels: [k, k, outputs, inputs] where transposed, otherwise [k, k, inputs, outputs].
      upsampling: up[2]! < up[3]! ? 'transposed' : 'resize',
    },
  };
}

function inferUnet(tensors: SourceTensors): RunConfig | null {
  const [first, output] = [shapeOf(tensors, 'G/down1'), shapeOf(tensors, 'G/output')];
  if (!first || !output) return null;
  const levels = countScopes(tensors, 'down');
  const target = outputChannels(tensors);
  // Transposed convolutions have kernels [4, 4, outputs, inputs], the article's [4, 4, inputs, outputs], resized ones 3×3.
  const isTransposed = output[0] === 4 && output[2] === target && output[3] !== target;
  const isArticle = output[0] === 4 && !isTransposed;
  const base = isArticle ? presets.article : presets.paper;
  const upsampling = isTransposed ? 'transposed' : 'resize';
  const size = Math.max(2 ** Math.min(isArticle ? levels + 1 : levels, 12), 32);
  return {
    ...base,
    size: [size, size],
    channels: { condition: first[2]!, target },
    generator: {
      ...base.generator,
      filters: first[3]!,
      levels,
      norm: normAt(tensors, 'G/down2'),
      upsampling,
      skips: output[upsampling === 'transposed' ? 3 : 2] === 2 * first[3]!,
    },
  };
}

function shapeOf(tensors: SourceTensors, scope: string): readonly number[] | null {
  const shape = tensors.get(`${scope}/conv/kernel`)?.shape;
  return shape?.length === 4 ? shape : null;
}

function outputChannels(tensors: SourceTensors): number {
  return tensors.get('G/output/conv/bias')?.shape[0] ?? 0;
}

function normAt(tensors: SourceTensors, scope: string): NormKind {
  if (tensors.has(`${scope}/norm/gamma`)) return 'batch';
  return tensors.has(`${scope}/conv/bias`) ? 'none' : 'instance';
}

/** The number of consecutive scopes `G/down1`, `G/down2`, … */
function countScopes(tensors: SourceTensors, stem: string): number {
  const scopes = new Set([...tensors.keys()].map(name => name.split('/').slice(0, 2).join('/')));
  let count = 0;
  while (scopes.has(`G/${stem}${count + 1}`)) count++;
  return count;
}
