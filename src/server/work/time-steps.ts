import type { RunConfig } from '../../config/config.ts';
import { Random } from '../../core/random.ts';
import { elements } from '../../core/shape.ts';
import { conditionShape, targetShape } from '../../training/model.ts';
import { createTrainee } from '../../training/step.ts';

const seconds = 3;
const most = 10;

/** Seconds that a training step takes here: the median of up to ten on noise, within about three seconds. */
export async function timeSteps({ config }: { readonly config: RunConfig }): Promise<number> {
  const random = Random.fromSeed(0);
  const trainee = await createTrainee(config, random);
  const noise = (shape: readonly number[]) =>
    new Float32Array(elements(shape)).map(() => 2 * random.uniform() - 1);
  const batch = { condition: noise(conditionShape(config)), target: noise(targetShape(config)) };
  const times: number[] = [];
  try {
    // The first step allocates, and is not counted.
    await trainee.step(batch, config.optimizer.learningRate);
    const end = performance.now() + 1000 * seconds;
    do {
      const started = performance.now();
      await trainee.step(batch, config.optimizer.learningRate);
      times.push((performance.now() - started) / 1000);
    } while (performance.now() < end && times.length < most);
  } finally {
    await trainee.release();
  }
  return times.sort((a, b) => a - b)[Math.floor(times.length / 2)]!;
}
