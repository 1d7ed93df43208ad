import type { RunConfig } from '../config/config.ts';
import { presets } from '../config/presets.ts';
import { elements } from '../core/shape.ts';
import { type Tensor, topological } from '../graph/index.ts';
import { trainingStep } from '../training/algorithms.ts';
import type { Pass } from '../training/graphs.ts';
import type { Workload } from './contender.ts';

/** A preset's config with a workload's sizes. */
export function workloadConfig({ preset, size, filters, levels, batch }: Workload): RunConfig {
  const config = presets[preset];
  return {
    ...config,
    size: [size, size],
    batchSize: batch,
    generator: { ...config.generator, filters, levels },
    discriminator: { ...config.discriminator, filters },
  };
}

/** Multiply–accumulates of one step, counting upsampled convolutions at low resolution. */
export function stepMacs(config: RunConfig): number {
  const { passes, actions } = trainingStep(config);
  return actions.reduce((sum, { pass }) => sum + macsOf(passes[pass]!), 0);
}

function macsOf({ outputs }: Pass): number {
  const order = topological(Object.values(outputs));
  const pooled = new Set(order.filter(({ op }) => op.name === 'sumPool2d').map(({ inputs: [x] }) => x!));
  return order.reduce((sum, tensor) => sum + convolutionMacs(tensor, pooled), 0);
}

/** 25 taps at low resolution do the work of 16 taps at four times the pixels. */
const UPSAMPLED_SHARE = 25 / 64;

function convolutionMacs(tensor: Tensor, pooled: ReadonlySet<Tensor>): number {
  const [first, second] = tensor.inputs;
  switch (tensor.op.name) {
    case 'conv2d':
      return elements(tensor.shape) * taps(second!.shape) * share(first!.op.name === 'upsample2d');
    case 'conv2dInput':
      return elements(first!.shape) * taps(second!.shape) * share(pooled.has(tensor));
    case 'conv2dKernel':
      return elements(second!.shape) * taps(tensor.shape) * share(first!.op.name === 'upsample2d');
    default:
      return 0;
  }
}

/** Number of products summed for each output value of a convolution. */
function taps([height, width, channels]: readonly number[]): number {
  return height! * width! * channels!;
}

const share = (upsampled: boolean): number => (upsampled ? UPSAMPLED_SHARE : 1);
