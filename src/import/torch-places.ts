import type { RunConfig } from '../config/config.ts';
import { presets } from '../config/presets.ts';
import type { NormKind } from '../nn/norms.ts';
import type { SourceTensors } from './numbers.ts';
import type { Place, Recognized } from './recognized.ts';

/**
 * The settings of the standard implementation's test program: statistics of each image; but without dropout, whose
 * noise would differ each time.
 */
export const torchInference = { statistics: 'batch', dropout: false } as const;

/** Names of the modules that correspond to one of our layers. */
export interface TorchLayer {
  readonly conv: string;
  /** The norm after the convolution. */
  readonly norm?: string;
}

/**
 * PyTorch kernels are [outputs, inputs, h, w], transposed ones [inputs, outputs, h, w]; the same permutation converts
 * both.
 */
const kernelAxes = [2, 3, 1, 0];

const parts: Readonly<Record<string, readonly [module: keyof TorchLayer, name: string]>> = {
  'conv/kernel': ['conv', 'weight'],
  'conv/bias': ['conv', 'bias'],
  'norm/gamma': ['norm', 'weight'],
  'norm/beta': ['norm', 'bias'],
  'norm/moving_mean': ['norm', 'running_mean'],
  'norm/moving_variance': ['norm', 'running_var'],
};

/** The places of all variables, given the modules of each layer by scope (`G/down3`). */
export function torchPlaces(
  layers: ReadonlyMap<string, TorchLayer>,
  norm: NormKind,
): Pick<Recognized, 'place' | 'ignores'> {
  const ignored = new Set([...layers.values()].flatMap(layer => superfluous(layer, norm)));
  const place = (variable: string): Place | null => {
    const [, scope, part] = /^(.*)\/(\w+\/\w+)$/.exec(variable) ?? [];
    const [module, name] = parts[part ?? ''] ?? [];
    const found = module && layers.get(scope!)?.[module];
    if (!found) return null;
    if (name === 'weight' && module === 'conv') return { name: `${found}.weight`, axes: kernelAxes };
    // Without norms, our network has biases everywhere, the standard implementation only at the end.
    return { name: `${found}.${name}`, ...(norm === 'none' && { otherwise: 0 }) };
  };
  return { place, ignores: name => ignored.has(name) };
}

/**
 * Tensors without effect: counters; biases that instance norm cancels; its running statistics in PyTorch before 0.4.
 */
function superfluous({ conv, norm }: TorchLayer, kind: NormKind): string[] {
  if (!norm || kind === 'none') return [];
  if (kind === 'batch') return [`${norm}.num_batches_tracked`];
  return [
    `${conv}.bias`,
    ...['running_mean', 'running_var', 'num_batches_tracked'].map(each => `${norm}.${each}`),
  ];
}

/** The kind of norm after the convolution `conv`, from its tensors in the file. */
export function normOf(tensors: SourceTensors, { conv, norm }: TorchLayer): NormKind {
  if (tensors.has(`${norm}.weight`)) return 'batch';
  // In the standard implementation convolutions before instance norms have biases.
  return tensors.has(`${conv}.bias`) ? 'instance' : 'none';
}

/** A generator's input and output channels, from its first kernel and its last bias. */
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
