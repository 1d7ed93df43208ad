// Predicts the time of a training step, and what share of it is not lost to the network, for clusters that are not at hand.
// It measures the costs of a step on this machine, or reads them from a file. Usage, after a build:
//   node bench/scaling.mjs [--preset lite] [--size 128] [--processes 2,4,8,16,32] [--gigabits 1,10] [--pairs 1,4,16] [--steps 5]
//     [--costs FILE.json] [--per-byte SECONDS] [--latency SECONDS] [--figure FILE.svg]
// --costs takes what this script prints with --json, also several times. --per-byte is the processor time for a byte that is
// sent and one that is received: TCP took 0.84 ns on a core of an EPYC (Zen 3), and summing the rest.

import { execFileSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { stepTime } from '../dist/bench/step-time.js';
import { addBlock, blockLength, encodeBlock } from '../dist/distributed/half-block.js';
import { figureOf } from './scaling-figure.mjs';

const { values } = parseArgs({
  options: {
    preset: { type: 'string', default: 'lite' },
    size: { type: 'string', default: '128' },
    processes: { type: 'string', default: '2,4,8,16,32' },
    gigabits: { type: 'string', default: '1,10' },
    steps: { type: 'string', default: '5' },
    pairs: { type: 'string', default: '1,4,16' },
    costs: { type: 'string', multiple: true },
    'per-byte': { type: 'string', default: '1e-9' },
    latency: { type: 'string', default: '5e-5' },
    figure: { type: 'string' },
    json: { type: 'boolean' },
  },
});
const numbersOf = name => values[name].split(',').map(Number);

const measured = values.costs
  ? await Promise.all(values.costs.map(async file => JSON.parse(await readFile(file, 'utf8'))))
  : [measure()];
if (values.json) console.log(JSON.stringify(measured[0], null, 2));
else for (const { name, costs } of measured) printTable(name, costs);
if (values.figure) {
  const [processes, gigabits, pairs] = ['processes', 'gigabits', 'pairs'].map(numbersOf);
  await writeFile(values.figure, figureOf(measured, { processes: [1, ...processes], gigabits, pairs }));
}

/** The costs of a step of one thread on this machine; fixed and per pair by two sizes of the batch. */
function measure() {
  const { preset } = values;
  const size = Number(values.size);
  const probe = new URL('./network-probe.mjs', import.meta.url).pathname;
  const [one, four] = [1, 4].map(batchSize => {
    const request = { config: { preset, size: [size, size], batchSize }, steps: Number(values.steps) };
    const steps = JSON.parse(
      execFileSync(process.execPath, [probe, JSON.stringify(request)], { encoding: 'utf8' }),
    );
    return { cpu: Math.min(...steps.map(({ cpu }) => cpu)), numbers: steps[0].numbers };
  });
  const perPair = (four.cpu - one.cpu) / 3;
  return {
    name: `${preset}, ${size}×${size}`,
    costs: {
      fixed: Math.max(0, one.cpu - perPair),
      perPair,
      numbers: one.numbers,
      perByte: Number(values['per-byte']),
      perConversion: measureConversion(),
      latency: Number(values.latency),
    },
  };
}

/** Each number is encoded for its owner, added there, and decoded; an eighth is encoded once more, as a mean. */
function measureConversion() {
  const count = 1 << 20;
  const numbers = Float32Array.from({ length: count }, (_, i) => Math.sin(i));
  const block = new Uint16Array(blockLength(count));
  let least = Number.POSITIVE_INFINITY;
  for (let round = 0; round < 10; round++) {
    const before = process.cpuUsage();
    encodeBlock(numbers, block);
    addBlock(block, numbers.fill(0), 0.5);
    addBlock(block, numbers.fill(0));
    const { user, system } = process.cpuUsage(before);
    least = Math.min(least, (user + system) / 1e6 / count);
  }
  return least;
}

function printTable(name, costs) {
  const { fixed, perPair, numbers } = costs;
  console.log(
    `${name}: ${(fixed * 1000).toFixed(0)} ms + ${(perPair * 1000).toFixed(0)} ms a pair on one thread; ${(numbers / 1e6).toFixed(2)} million numbers averaged a step`,
  );
  console.log('processes  Gbit/s  pairs each  compression  step       efficiency');
  for (const gigabits of numbersOf('gigabits'))
    for (const pairs of numbersOf('pairs'))
      for (const compression of ['none', 'fp16'])
        for (const processes of numbersOf('processes')) {
          const { total, efficiency } = stepTime(costs, { processes, gigabits, pairs, compression });
          const cells = [
            `${processes}`.padStart(9),
            `${gigabits}`.padStart(6),
            `${pairs}`.padStart(10),
            compression.padEnd(11),
            `${(total * 1000).toFixed(0)} ms`.padEnd(9),
            `${(efficiency * 100).toFixed(0)} %`,
          ];
          console.log(cells.join('  '));
        }
}
