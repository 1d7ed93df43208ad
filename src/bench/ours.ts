import { Random } from '../core/random.ts';
import { elements } from '../core/shape.ts';
import { knownForms } from '../forms/choose-forms.ts';
import { stepConvolutions } from '../forms/convolutions.ts';
import { packageVersion } from '../runs/version.ts';
import { compileProduct } from '../runtime/product.ts';
import { conditionShape, targetShape } from '../step/model.ts';
import { createTrainee } from '../train/networks.ts';
import { answerTasks } from './answer-tasks.ts';
import { exportedGenerator } from './exported-generator.ts';
import { readWorkload } from './read-workload.ts';
import { workloadConfig } from './workload.ts';

// This project as a contender, in a separate process.
const workload = readWorkload();
const { device, threads, profile } = workload;
const config = workloadConfig(workload);
const random = Random.fromSeed(0);
const convolutions = stepConvolutions(config).map(({ convolution }) => convolution);
const forms = workload.forms === 'measured' ? await knownForms(convolutions, threads) : {};
const trainee = await createTrainee(config, random, { device, threads, profile, forms });
const noise = (shape: readonly number[]) =>
  new Float32Array(elements(shape)).map(() => 2 * random.uniform() - 1);
const batch = { condition: noise(conditionShape(config)), target: noise(targetShape(config)) };

// Created on demand, so that the memory of training can be measured separately.
const generate = once(() => exportedGenerator(workload));
const multiply = once(() => compileProduct(2048, workload.threads));

await answerTasks(packageVersion, {
  step: () => trainee.step(batch, config.optimizer.learningRate),
  generate: async () => (await generate())(),
  gemm: async () => (await multiply())(),
});
await trainee.release();

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
