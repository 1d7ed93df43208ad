import type { RunConfig } from '../config/config.ts';
import { type Image, imageToTensor, type Samples, tensorToImage } from '../core/image.ts';
import type { Random } from '../core/random.ts';
import { elements } from '../core/shape.ts';
import { drawMasks } from '../nn/masks.ts';
import type { Arrays, Compile } from '../runtime/program.ts';
import { translatePass } from './graphs.ts';
import { type CustomParts, conditionShape, targetShape } from './model.ts';

/** A generator, compiled for images of the config's size, one at a time. */
export interface Translation {
  /**
   * Condition → generated image, with the target's channels and depth from the config.
   * @param random the source of dropout's noise, if dropout stays on.
   */
  run(condition: Image<Samples>, random: Random): Promise<Image<Samples>>;
  release(): Promise<void>;
}

/**
 * Compiles the generator in the mode that its config states for translating.
 * @param values the generator's weights and state, read at each run, so a network in training shows its progress.
 * @param parts the custom generator, if one was trained.
 */
export async function openTranslation(
  compile: Compile,
  config: RunConfig,
  values: Arrays,
  parts: CustomParts = {},
): Promise<Translation> {
  const pass = translatePass(config, parts);
  const program = await compile(pass.outputs);
  const input = new Float32Array(elements(conditionShape(config, 1)));
  const output = new Float32Array(elements(targetShape(config, 1)));
  const masks = Object.fromEntries(
    pass.masks.map(({ name, shape }) => [name, new Float32Array(elements(shape))]),
  );
  const generate = program.bind({ ...values, ...masks, condition: input, fake: output });
  return {
    run: async (condition, random) => {
      imageToTensor(condition, input);
      drawMasks(pass.masks, masks, random);
      await generate();
      return tensorToImage(
        output,
        condition.width,
        condition.height,
        config.channels.target,
        config.depth.target,
      );
    },
    release: () => program.release(),
  };
}
