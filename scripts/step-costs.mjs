// Measures the processor time of a training step of each configuration, on one thread, in alternation. Usage, after a build,
// on idle cores:
//   node scripts/step-costs.mjs [--rounds 9] [--steps 10] [CONFIG.json…]
// Without files, those that recipes/pictures.md compares. Label maps are invented, in the colours of the facades.
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { parseArgs } from 'node:util';
import { createTrainee, facadeClasses, Random, resolveConfig } from '../dist/index.js';

const side = [128, 128];
const compared = {
  paper: { preset: 'paper', size: side, generator: { filters: 32 }, discriminator: { filters: 32 } },
  labels: { preset: 'labels', size: side },
  images: { preset: 'images', size: side },
};
const palette = facadeClasses.map(({ color }) => color);

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { rounds: { type: 'string', default: '9' }, steps: { type: 'string', default: '10' } },
});
const [rounds, steps] = [Number(values.rounds), Number(values.steps)];
const files = positionals.map(async file => [
  basename(file, '.json'),
  JSON.parse(await readFile(file, 'utf8')),
]);
const named = files.length > 0 ? await Promise.all(files) : Object.entries(compared);
const contenders = [];
for (const [name, overrides] of named) contenders.push(await contender(name, overrides));
for (let round = 0; round <= rounds; round++) {
  for (const { run, times } of contenders) {
    const milliseconds = await run();
    if (round > 0) times.push(milliseconds); // the first warms up
  }
}
const base = median(contenders[0].times);
console.log(
  `Milliseconds of processor time a step: ${rounds} rounds of ${steps} steps, × ${contenders[0].name}`,
);
for (const { name, times } of contenders) {
  const [middle, fastest] = [median(times), Math.min(...times)];
  console.log(
    `${name.padEnd(12)} median ${middle.toFixed(1)}  fastest ${fastest.toFixed(1)}  × ${(middle / base).toFixed(2)}`,
  );
}
process.exit();

async function contender(name, overrides) {
  const labels = overrides.preset === 'labels' ? { labels: { palette, ...overrides.labels } } : {};
  const { config } = resolveConfig({ ...overrides, ...labels });
  const trainee = await createTrainee(config, Random.fromSeed(0), { threads: 1 });
  const batch = batchOf(config);
  const run = async () => {
    const before = process.cpuUsage();
    for (let i = 0; i < steps; i++) await trainee.step(batch, config.optimizer.learningRate);
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1000 / steps;
  };
  return { name, run, times: [] };
}

/** Blocks of 16 × 16 pixels in the palette's colours, and noise as the target. */
function batchOf({ size: [height, width], batchSize }) {
  const pixels = height * width * batchSize;
  const condition = Float32Array.from({ length: 3 * pixels }, (_, i) => {
    const pixel = Math.floor(i / 3);
    const block = (Math.floor(pixel / width) >> 4) * 3 + ((pixel % width) >> 4);
    return palette[block % palette.length][i % 3] / 127.5 - 1;
  });
  const random = Random.fromSeed(1);
  return { condition, target: condition.map(() => 2 * random.uniform() - 1) };
}

function median(numbers) {
  return numbers.toSorted((a, b) => a - b)[numbers.length >> 1];
}
