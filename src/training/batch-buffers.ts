import type { RunConfig } from '../config/config.ts';
import { elements } from '../core/shape.ts';
import { drawMask, type UniformSource } from '../nn/masks.ts';
import type { Mask } from '../nn/variables.ts';
import { conditionShape, targetShape } from './model.ts';

/** What a step's passes share besides the networks, allocated once. */
export interface BatchBuffers {
  readonly condition: Float32Array;
  readonly target: Float32Array;
  readonly fake: Float32Array;
  /** Where Wasserstein's penalty looks between a real and a generated image, one number an image. */
  readonly mix: Float32Array;
  /** Dropout masks by input name. */
  readonly masks: Readonly<Record<string, Float32Array>>;
}

export function createBatchBuffers(config: RunConfig, masks: readonly Mask[]): BatchBuffers {
  const image = () => new Float32Array(elements(targetShape(config)));
  return {
    condition: new Float32Array(elements(conditionShape(config))),
    target: image(),
    fake: image(),
    mix: new Float32Array(config.batchSize),
    masks: Object.fromEntries(masks.map(({ name, shape }) => [name, new Float32Array(elements(shape))])),
  };
}

/** Draws the dropout masks and `mix` anew, each from the source that `noise` names for it. */
export function drawNoise(
  { masks, mix }: BatchBuffers,
  declared: readonly Mask[],
  noise: (name: string) => UniformSource,
): void {
  for (const mask of declared) drawMask(mask, masks[mask.name]!, noise(mask.name));
  const numbers = noise('mix');
  for (let i = 0; i < mix.length; i++) mix[i] = numbers.uniform();
}
