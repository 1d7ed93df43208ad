import type { RunConfig } from '../config/config.ts';
import { presets } from '../config/presets.ts';
import type { NormKind } from '../nn/norms.ts';
import type { SourceTensors } from './numbers.ts';
import type { Place, Recognised } from './recognised.ts';

/** As the standard implementation's test program: by each image's own statistics; but without its dropout, whose noise differs each time. */
export const torchInference = { statistics: 'batch', dropout: false } as const;

/** Names of the modules that make up a layer of ours. */
export interface TorchLayer {
  readonly conv: string;
  /** Of the norm behind the convolution. */
  readonly norm?: string;
}

/** Convolutions are [outputs, inputs, h, w] in PyTorch and transposed ones [inputs, outputs, h, w]: here both end that way round. */
const kernelAxes = [2, 3, 1, 0];

const parts: Readonly<Record<string, readonly [module: keyof TorchLayer, name: string]>> = {
  'conv/kernel': ['conv', 'weight'],
  'conv/bias': ['conv', 'bias'],
  'norm/gamma': ['norm', 'weight'],
  'norm/beta': ['norm', 'bias'],
  'norm/moving_mean': ['norm', 'running_mean'],
  'norm/moving_variance': ['norm', 'running_var'],
};

/** Where variables lie, given the modules of each layer, by its scope (`G/down3`). */
export function torchPlaces(
  layers: ReadonlyMap<string, TorchLayer>,
  norm: NormKind,
): Pick<Recognised, 'place' | 'ignores'> {
  const ignored = new Set([...layers.values()].flatMap(layer => superfluous(layer, norm)));
  const place = (variable: string): Place | null => {
    const [, scope, part] = /^(.*)\/(\w+\/\w+)$/.exec(variable) ?? [];
    const [module, name] = parts[part ?? ''] ?? [];
    const found = module && layers.get(scope!)?.[module];
    if (!found) return null;
    if (name === 'weight' && module === 'conv') return { name: `${found}.weight`, axes: kernelAxes };
    // Without norms ours has biases everywhere, the standard implementation at the end only.
    return { name: `${found}.${name}`, ...(norm === 'none' && { otherwise: 0 }) };
  };
  return { place, ignores: name => ignored.has(name) };
}

/** Tensors without effect: counters; what instance norm cancels, or kept beside its work in versions of PyTorch before 0.4. */
function superfluous({ conv, norm }: TorchLayer, kind: NormKind): string[] {
  if (!norm || kind === 'none') return [];
  if (kind === 'batch') return [`${norm}.num_batches_tracked`];
  return [
    `${conv}.bias`,
    ...['running_mean', 'running_var', 'num_batches_tracked'].map(each => `${norm}.${each}`),
  ];
}

/** What a norm behind the convolution `conv` leaves in the file says which it is. */
export function normOf(tensors: SourceTensors, { conv, norm }: TorchLayer): NormKind {
  if (tensors.has(`${norm}.weight`)) return 'batch';
  // The standard implementation gives convolutions biases where instance norms follow.
  return tensors.has(`${conv}.bias`) ? 'instance' : 'none';
}

/** Channels of pictures that a generator takes and makes, by its first kernel and its last bias. */
export function torchChannels(
  tensors: SourceTensors,
  firstKernel: string,
  lastBias: string,
): RunConfig['channels'] {
  const { condition, target } = presets.paper.channels;
  return {
    condition: tensors.get(firstKernel)?.shape[1] ?? condition,
    target: tensors.get(lastBias)?.shape[0] ?? target,
  };
}
