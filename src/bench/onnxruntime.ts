import { runtimeVersion } from '../runtime/version.ts';
import { answerTasks } from './answer-tasks.ts';
import { exportedGenerator } from './exported-generator.ts';
import { readWorkload } from './read-workload.ts';

// Plain ONNX Runtime as a contender: the exported generator with a session's default settings.
const generate = await exportedGenerator(readWorkload(), { spinning: true });
await answerTasks(runtimeVersion, { generate });
