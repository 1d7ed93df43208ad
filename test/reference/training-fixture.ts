import type { RunConfig } from '../../src/config/config.ts';
import { presets } from '../../src/config/presets.ts';
import { Random } from '../../src/core/random.ts';
import { elements, type Shape } from '../../src/core/shape.ts';
import { inferenceMode } from '../../src/nn/layers.ts';
import type { Variable } from '../../src/nn/variables.ts';
import { generatorPass, labeledDiscriminatorPass } from '../../src/step/graphs.ts';
import { conditionShape, targetShape } from '../../src/step/model.ts';
import type { TrainingPair } from '../../src/step/trainee.ts';
import { initialState, type State } from './article-step.ts';
import { randomValues } from './random-values.ts';
import { tensorOf } from './tensorflow.ts';

/** The article's run, small and without dropout, whose draws two implementations can't share. */
export function smallRun(size: number, levels: number, filters: number, batchSize: number): RunConfig {
  const { article } = presets;
  return {
    ...article,
    size: [size, size],
    batchSize,
    generator: { ...article.generator, levels, filters, dropout: 0 },
    discriminator: { ...article.discriminator, filters },
  };
}

/** All variables of both networks. */
function variablesOf(config: RunConfig): Variable[] {
  return [generatorPass(config, inferenceMode), labeledDiscriminatorPass(config)].flatMap(pass =>
    pass.variables.all(),
  );
}

/** The reference's state at the start, with every variable away from its initial value. */
export function startOf(config: RunConfig): State {
  const variables = variablesOf(config);
  const values = randomValues(variables, Random.fromSeed(8));
  return initialState(
    new Map(variables.map(({ name, shape }) => [name, tensorOf(values.get(name)!, shape)])),
  );
}

/** The batch of step `index`: waves with a little noise, on [−1, 1]. */
export function pairOf(config: RunConfig, index: number): TrainingPair {
  const random = Random.fromSeed(index);
  return { condition: waves(conditionShape(config), random), target: waves(targetShape(config), random) };
}

function waves(shape: Shape, random: Random): Float32Array {
  const [, , width, channels] = shape as [number, number, number, number];
  const [across, down, phase] = [random.uniform(), random.uniform(), 6 * random.uniform()];
  return new Float32Array(elements(shape)).map((_, i) => {
    const [x, row] = [Math.floor(i / channels) % width, Math.floor(i / channels / width)];
    return (
      0.7 * Math.sin(across * x + down * row + phase + (i % channels)) + 0.3 * (2 * random.uniform() - 1)
    );
  });
}
