import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { Random } from '../core/random.ts';
import { elements } from '../core/shape.ts';
import { inferenceMode } from '../nn/layers.ts';
import { compileProduct } from '../runtime/product.ts';
import { compile } from '../runtime/program.ts';
import { generatePass } from '../train/graphs.ts';
import { conditionShape, targetShape } from '../train/model.ts';
import { createTrainee } from '../train/step.ts';
import { packageVersion } from '../train/version.ts';
import type { Task, Workload } from './contender.ts';
import { workloadConfig } from './workload.ts';

// This project as a contender, in a process of its own: see contender.ts for the lines it speaks.
const { values } = parseArgs({
  options: Object.fromEntries(
    ['size', 'filters', 'levels', 'batch', 'threads', 'profile'].map(
      name => [name, { type: 'string' }] as const,
    ),
  ),
});
const workload = Object.fromEntries(
  Object.entries(values).map(([name, value]) => [name, Number(value)]),
) as unknown as Workload;
const options = { threads: workload.threads, profile: values.profile as string | undefined };

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

const run: Record<Task, () => Promise<unknown>> = {
  step: () => trainee.step(batch, config.optimizer.learningRate),
  generate: translate,
  gemm: multiply,
};

console.log(JSON.stringify({ ready: true, version: packageVersion }));
for await (const line of createInterface({ input: process.stdin })) {
  const started = performance.now();
  await run[line as Task]();
  console.log(JSON.stringify({ ms: performance.now() - started }));
}
await trainee.release();
