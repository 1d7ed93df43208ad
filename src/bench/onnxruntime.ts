import { Random } from '../core/random.ts';
import { elements } from '../core/shape.ts';
import { CONDITION } from '../export/description.ts';
import { generatorModel } from '../export/generator-model.ts';
import { initialValues } from '../nn/variables.ts';
import { encodeModel } from '../onnx/model.ts';
import { openSession } from '../runtime/session.ts';
import { runtimeVersion } from '../runtime/version.ts';
import { translatePass } from '../train/graphs.ts';
import { conditionShape } from '../train/model.ts';
import { answerTasks } from './answer-tasks.ts';
import { readWorkload } from './read-workload.ts';
import { workloadConfig } from './workload.ts';

// Plain ONNX Runtime as a contender: the generator as it is exported, with constant weights that it packs beforehand.
const workload = readWorkload();
const config = workloadConfig(workload);
const random = Random.fromSeed(0);
const values = Object.fromEntries(initialValues(translatePass(config).variables.all(), random));
const { model } = generatorModel(config, values, { size: config.size, form: 'tensors' });
const session = await openSession(encodeModel(model), { threads: workload.threads });
const [batch, height, width, channels] = conditionShape(config) as [number, number, number, number];
const shape = [batch, channels, height, width];
const condition = { data: new Float32Array(elements(shape)).map(() => 2 * random.uniform() - 1), shape };

await answerTasks(runtimeVersion, { generate: () => session.run({ [CONDITION]: condition }) });
await session.release();
