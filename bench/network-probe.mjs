// One of the processes that bench/network.mjs starts, or alone. Takes training steps, and prints as JSON what they cost.
// Usage: node bench/network-probe.mjs '{"config": {"preset": "lite", …}, "steps": 5, "threads": 1}'
import { existsSync, readFileSync } from 'node:fs';
import { openCommunicator } from '../dist/distributed/communicator.js';
import { launchedRank } from '../dist/distributed/launcher.js';
import { createTrainee, Random, resolveConfig } from '../dist/index.js';
import { alone } from '../dist/step/workers.js';

const { config: overrides, steps, threads = 1 } = JSON.parse(process.argv[2]);
const { config } = resolveConfig(overrides);
const communicator = launchedRank() === null ? null : await openCommunicator();
const { rank, count } = communicator ?? alone;

/** Seconds that averaging takes, once all processes have come to it. */
let averaging = 0;
const timed = communicator && {
  ...communicator,
  average: async (values, precision) => {
    await communicator.gather('');
    const begun = performance.now();
    await communicator.average(values, precision);
    averaging += (performance.now() - begun) / 1000;
  },
};
const own = { ...config, batchSize: config.batchSize / count };
const trainee = await createTrainee(own, Random.fromSeed(0), {
  threads,
  ...(timed && { workers: timed }),
});
const random = Random.fromSeed(rank);
const [height, width] = own.size;
const noise = () =>
  Float32Array.from({ length: own.batchSize * height * width * 3 }, () => 2 * random.uniform() - 1);
const batch = { condition: noise(), target: noise() };

/** Numbers that are averaged in a step: a gradient for each weight, and the statistics of norms. */
const numbers = [...trainee.state.model.values()].reduce((sum, { data }) => sum + data.length, 0);
const device = '/sys/class/net/eth0/statistics/tx_bytes';
const sent = () => (existsSync(device) ? Number(readFileSync(device, 'utf8')) : 0);
const measured = [];
for (let step = 0; step <= steps; step++) {
  const before = { sent: sent(), cpu: process.cpuUsage(), time: performance.now() };
  averaging = 0;
  await trainee.step(batch, config.optimizer.learningRate);
  const { user, system } = process.cpuUsage(before.cpu);
  const own = {
    seconds: (performance.now() - before.time) / 1000,
    cpu: (user + system) / 1e6,
    sent: sent() - before.sent,
    averaging,
    numbers,
  };
  const all = communicator
    ? (await communicator.gather(JSON.stringify(own))).map(text => JSON.parse(text))
    : [own];
  if (step === 0) continue; // the first one warms up
  const most = key => Math.max(...all.map(each => each[key]));
  measured.push(Object.fromEntries(Object.keys(own).map(key => [key, most(key)])));
}
communicator?.close();
if (rank === 0) console.log(JSON.stringify(measured));
process.exit();
