import { Random } from '../core/random.ts';
import { elements } from '../core/shape.ts';
import { inferenceMode } from '../nn/layers.ts';
import { compileProduct } from '../runtime/product.ts';
import { compile } from '../runtime/program.ts';
import { generatePass } from '../train/graphs.ts';
import { conditionShape, targetShape } from '../train/model.ts';
import { createTrainee } from '../train/step.ts';
import { packageVersion } from '../train/version.ts';
import { answerTasks } from './answer-tasks.ts';
import { readWorkload } from './read-workload.ts';
import { workloadConfig } from './workload.ts';

// This project as a contender, in a process of its own.
const workload = readWorkload();
const options = { threads: workload.threads, profile: workload.profile };

const config = workloadConfig(workload);
const random = Random.fromSeed(0);
const trainee = await createTrainee(config, random, options);
const noise = (shape: readonly number[]) =>
  new Float32Array(elements(shape)).map(() => 2 * random.uniform() - 1);
const batch = { condition: noise(conditionShape(config)), target: noise(targetShape(config)) };

const pass = generatePass(config, inferenceMode);
const generate = await compile(pass.outputs, { threads: workload.threads });
const translate = generate.bind({
  ...trainee.generator.values,
  condition: batch.condition,
  fake: noise(targetShape(config)),
});
const multiply = await compileProduct(2048, workload.threads);

await answerTasks(packageVersion, {
  step: () => trainee.step(batch, config.optimizer.learningRate),
  generate: translate,
  gemm: multiply,
});
await trainee.release();
