// Measures training steps on this machine's GPU and CPU, and with PyTorch on CUDA if that is installed: same networks,
// same batch. Prints a table for BENCHMARKS.md: npm run bench:gpu [-- --sizes 128,256 --presets article,paper --steps
// 20 --filters 64 --batch 1 --precisions float32,float16]
import { execFileSync } from 'node:child_process';
import { availableParallelism, cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { compare } from '../dist/bench/compare.js';
import { start } from '../dist/bench/contender.js';
import { entries } from '../dist/bench/entries.js';
import { workloadConfig } from '../dist/bench/workload.js';
import { presets } from '../dist/config/presets.js';
import { UserError } from '../dist/core/errors.js';
import { Random } from '../dist/core/random.js';
import { elements } from '../dist/core/shape.js';
import { resolveLevels } from '../dist/models/generators.js';
import { chooseDevice } from '../dist/runtime/choose-device.js';
import { conditionShape, targetShape } from '../dist/step/model.js';
import { createTrainee } from '../dist/train/networks.js';

const { values } = parseArgs({
  options: {
    presets: { type: 'string', default: 'article,paper' },
    sizes: { type: 'string', default: '128,256,512' },
    steps: { type: 'string', default: '20' },
    filters: { type: 'string', default: '64' },
    batch: { type: 'string', default: '1' },
    precisions: { type: 'string' },
  },
});
const [steps, filters, batch] = [values.steps, values.filters, values.batch].map(Number);

/** Median milliseconds of a step, bytes transferred by the last one, and the adapter's memory in use. */
async function measure(workload, device, precision) {
  const config = { ...workloadConfig(workload), precision };
  const random = Random.fromSeed(0);
  const noise = shape => new Float32Array(elements(shape)).map(() => 2 * random.uniform() - 1);
  const pair = { condition: noise(conditionShape(config)), target: noise(targetShape(config)) };
  const before = adapterMemory();
  const trainee = await createTrainee(config, random, { device, threads: workload.threads });
  // The first steps compile shaders and fill buffer pools.
  for (let i = 0; i < 3; i++) await trainee.step(pair, 2e-4);
  const [warm, times] = [adapterMemory(), []];
  for (let i = 0; i < steps; i++) {
    const from = performance.now();
    await trainee.step(pair, 2e-4);
    times.push(performance.now() - from);
  }
  const transferred = { ...trainee.transferredBytes };
  const memory = warm === null ? null : { taken: warm - before, grown: adapterMemory() - warm };
  await trainee.release();
  return { median: times.sort((a, b) => a - b)[Math.floor(steps / 2)], transferred, memory };
}

/** MiB in use on the first NVIDIA card, by all programs; null if there is none. */
function adapterMemory() {
  try {
    const query = ['--query-gpu=memory.used', '--format=csv,noheader,nounits'];
    return Number(execFileSync('nvidia-smi', query, { encoding: 'utf8', stdio: 'pipe' }).split('\n')[0]);
  } catch {
    return null;
  }
}

/** Median milliseconds of PyTorch's step on CUDA; or a string with the reason why there is none. */
async function measurePyTorch(workload) {
  const entry = entries(workload).find(({ name }) => name === 'PyTorch');
  const contender = await start(entry);
  if (typeof contender === 'string') return contender;
  const [timing] = await compare('step', [contender], steps, () => {});
  contender.stop();
  return timing.median;
}

const gpu = await chooseDevice('webgpu').catch(error => {
  if (!(error instanceof UserError)) throw error;
  console.error(error.message);
  process.exit(2);
});
const wanted = values.precisions?.split(',') ?? gpu.precisions;
const precisions = wanted.filter(each => gpu.precisions.includes(each));
if (precisions.length < wanted.length) {
  console.error(
    `Cannot measure --precisions ${values.precisions}: this GPU has ${gpu.precisions.join(' and ')}; use --precisions ${gpu.precisions.join(',')}`,
  );
  process.exit(2);
}
const threads = availableParallelism();
console.log(
  `${gpu.description}; ${cpus()[0].model}, ${threads} threads; medians of ${steps} steps, ${filters} filters, batch ${batch}\n`,
);
const titles = ['preset', 'size', 'CPU', ...precisions.map(each => `WebGPU, ${each}`), 'PyTorch, CUDA'];
titles.push('bytes a step, to and from the GPU', ...precisions.map(each => `memory, ${each} (growth)`));
console.log(`| ${titles.join(' | ')} |\n|${' --- |'.repeat(titles.length)}`);
let missing = null;
for (const preset of values.presets.split(','))
  for (const size of values.sizes.split(',').map(Number)) {
    const { architecture } = presets[preset].generator;
    const levels = resolveLevels(architecture, [size, size], batch, null);
    const workload = { preset, size, filters, levels, batch, threads, device: 'webgpu' };
    const onCpu = await measure(workload, 'cpu', 'float32');
    const onGpu = [];
    for (const precision of precisions) onGpu.push(await measure(workload, 'webgpu', precision));
    const other = missing ?? (await measurePyTorch(workload));
    if (typeof other === 'string') missing = other;
    const ms = value => `${value.toFixed(1)} ms`;
    const cells = [
      preset,
      size,
      ms(onCpu.median),
      ...onGpu.map(({ median }) => ms(median)),
      typeof other === 'string' ? '–' : ms(other),
      `${onGpu[0].transferred.toDevice}, ${onGpu[0].transferred.fromDevice}`,
      ...onGpu.map(({ memory }) => (memory === null ? '–' : `${memory.taken} MiB (${memory.grown})`)),
    ];
    console.log(`| ${cells.join(' | ')} |`);
  }
if (missing !== null) console.log(`\nPyTorch: ${missing}`);
