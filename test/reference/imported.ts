import { elements } from '../../src/core/shape.ts';
import type { ImportedModel } from '../../src/import/read-model.ts';
import type { Mode } from '../../src/nn/layers.ts';
import { compile } from '../../src/runtime/program.ts';
import { generatePass } from '../../src/step/graphs.ts';
import { conditionShape, targetShape } from '../../src/step/model.ts';
import { imageValues } from './named-values.ts';

/** What an imported generator makes of the noise called "condition" of `size` × `size`, without dropout; [H, W, 3]. */
export async function imageFrom(
  { config, tensors }: ImportedModel,
  size: number,
  statistics: 'moving' | 'batch',
): Promise<Float32Array> {
  const sized = { ...config, size: [size, size] as [number, number] };
  const mode: Mode = { batchStatistics: statistics === 'batch', dropout: false };
  const { outputs } = generatePass(sized, mode, 1);
  const shape = conditionShape(sized, 1);
  const fake = new Float32Array(elements(targetShape(sized, 1)));
  const arrays: Record<string, Float32Array> = { condition: imageValues('condition', shape), fake };
  for (const [name, { data }] of tensors) arrays[name] = data;
  const program = await compile(outputs);
  await program.bind(arrays)();
  await program.release();
  return fake;
}

/** Every `step`th row and column of an image [size, size, 3]. */
export function everyFew(image: Float32Array, size: number, step: number): Float32Array {
  return image.filter((_, i) => {
    const pixel = Math.floor(i / 3);
    return (pixel % size) % step === 0 && Math.floor(pixel / size) % step === 0;
  });
}
