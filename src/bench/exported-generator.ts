import { Random } from '../core/random.ts';
import { elements } from '../core/shape.ts';
import { CONDITION } from '../export/description.ts';
import { generatorModel } from '../export/generator-model.ts';
import { initialValues } from '../nn/variables.ts';
import { encodeModel } from '../onnx/model.ts';
import { openSession } from '../runtime/session.ts';
import { translatePass } from '../step/graphs.ts';
import { conditionShape } from '../step/model.ts';
import type { Workload } from './contender.ts';
import { workloadConfig } from './workload.ts';

/**
 * The workload's generator as run by `translate`: exported, with constant weights. From image tensor to image tensor.
 */
export async function exportedGenerator(
  workload: Workload,
  options: { readonly spinning?: boolean } = {},
): Promise<() => Promise<unknown>> {
  const config = workloadConfig(workload);
  const random = Random.fromSeed(0);
  const values = Object.fromEntries(initialValues(translatePass(config).variables.all(), random));
  const { model } = generatorModel(config, values, { size: config.size, form: 'tensors' });
  const session = await openSession(encodeModel(model), {
    device: workload.device,
    threads: workload.threads,
    ...options,
  });
  const [batch, height, width, channels] = conditionShape(config) as [number, number, number, number];
  const shape = [batch, channels, height, width];
  const data = new Float32Array(elements(shape)).map(() => 2 * random.uniform() - 1);
  return () => session.run({ [CONDITION]: { data, shape } });
}
