// Measures training steps on this machine's graphics processor beside its processor, and prints a table for
// BENCHMARKS.md: npm run bench:gpu [-- --sizes 128,256 --presets article,paper --steps 20 --filters 64]
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { Random } from '../dist/core/random.js';
import { chooseDevice } from '../dist/runtime/choose-device.js';
import { resolveConfig } from '../dist/train/resolve-config.js';
import { createTrainee } from '../dist/train/step.js';

const { values } = parseArgs({
  options: {
    presets: { type: 'string', default: 'article,paper' },
    sizes: { type: 'string', default: '128,256,512' },
    steps: { type: 'string', default: '20' },
    filters: { type: 'string', default: '64' },
  },
});
const steps = Number(values.steps);

/** Median seconds of a step, and the bytes that the last one moved to the device and back. */
async function measure(config, device) {
  const random = Random.fromSeed(0);
  const trainee = await createTrainee(config, random, { device });
  const image = () =>
    new Float32Array(3 * config.size[0] * config.size[1]).map(() => 2 * random.uniform() - 1);
  const batch = { condition: image(), target: image() };
  // The first steps compile shaders and fill buffer pools.
  for (let i = 0; i < 3; i++) await trainee.step(batch, 2e-4);
  const seconds = [];
  for (let i = 0; i < steps; i++) {
    const from = performance.now();
    await trainee.step(batch, 2e-4);
    seconds.push((performance.now() - from) / 1000);
  }
  const moved = trainee.moved && { ...trainee.moved };
  await trainee.release();
  return { median: seconds.sort((a, b) => a - b)[Math.floor(steps / 2)], moved };
}

const gpu = await chooseDevice('webgpu');
console.log(
  `${gpu.description}; ${cpus()[0].model}, ${cpus().length} threads; medians of ${steps} steps, batch 1\n`,
);
console.log('| preset | size | processor | graphics processor | ratio | bytes a step, up and down |');
console.log('| --- | --- | --- | --- | --- | --- |');
for (const preset of values.presets.split(','))
  for (const size of values.sizes.split(',').map(Number)) {
    const filters = Number(values.filters);
    const { config } = resolveConfig({
      preset,
      size: [size, size],
      generator: { filters },
      discriminator: { filters },
    });
    const here = await measure(config, 'cpu');
    const there = await measure(config, 'webgpu');
    const shown = [here.median, there.median].map(each => `${(1000 * each).toFixed(1)} ms`).join(' | ');
    const ratio = `${(here.median / there.median).toFixed(2)} ×`;
    console.log(`| ${preset} | ${size} | ${shown} | ${ratio} | ${there.moved.up}, ${there.moved.down} |`);
  }
