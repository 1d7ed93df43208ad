import { type Image, imageToTensor, tensorToImage } from '../core/image.ts';
import type { Random } from '../core/random.ts';
import { elements } from '../core/shape.ts';
import { drawMasks } from '../nn/masks.ts';
import { type Arrays, compile } from '../runtime/program.ts';
import type { RunConfig } from './config.ts';
import { translatePass } from './graphs.ts';
import { batchShape, type CustomParts } from './model.ts';

/** A generator ready to translate images of the config's size, one at a time. */
export interface Translation {
  /** Condition → generated image, both RGB. */
  run(condition: Image): Promise<Image>;
  release(): Promise<void>;
}

/**
 * Compiles the generator in the mode that its config states for translating.
 * @param values the generator's weights and state, read at each run, so a network in training shows its progress.
 * @param random where dropout stays on, the source of its noise.
 * @param parts the generator that was trained, where it is a program's own.
 */
export async function createTranslation(
  config: RunConfig,
  values: Arrays,
  random: Random,
  parts: CustomParts = {},
): Promise<Translation> {
  const pass = translatePass(config, parts);
  const program = await compile(pass.outputs);
  const size = elements(batchShape(config, 1));
  const [input, output] = [new Float32Array(size), new Float32Array(size)];
  const masks = Object.fromEntries(
    pass.masks.map(({ name, shape }) => [name, new Float32Array(elements(shape))]),
  );
  const generate = program.bind({ ...values, ...masks, condition: input, fake: output });
  return {
    run: async condition => {
      imageToTensor(condition, input);
      drawMasks(pass.masks, masks, random);
      await generate();
      return tensorToImage(output, condition.width, condition.height);
    },
    release: () => program.release(),
  };
}
