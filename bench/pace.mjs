// Compares two ways to do the same work, taking turns, on idle cores after a build:
//   node bench/pace.mjs train [--preset lite] [--size 128] [--batch 4] [--steps 20] [--rounds 5]
//     two processes of one thread each, connected by MPI (mpich), and one process of two threads
//   node bench/pace.mjs bulk [--pictures 2000] [--size 64] [--rounds 5] [--model RUN]
//     workers of `bulk work` (--workers, one for each core; redis-server) and `translate`; without --model, preset lite after one step
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import sharp from 'sharp';
import { computingEnvironment } from '../dist/runtime/environment.js';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    preset: { type: 'string', default: 'lite' },
    size: { type: 'string' },
    batch: { type: 'string', default: '4' },
    steps: { type: 'string', default: '20' },
    rounds: { type: 'string', default: '5' },
    pictures: { type: 'string', default: '2000' },
    model: { type: 'string' },
    workers: { type: 'string', default: '2' },
  },
});
const [rounds, steps, batch, pictures] = ['rounds', 'steps', 'batch', 'pictures'].map(name =>
  Number(values[name]),
);
const pathOf = relative => fileURLToPath(new URL(relative, import.meta.url));

const folder = await mkdtemp(join(tmpdir(), 'pace-'));
try {
  await { train: compareTraining, bulk: compareBulk }[positionals[0]]();
} finally {
  await rm(folder, { recursive: true });
}

async function compareTraining() {
  const size = Number(values.size ?? 128);
  const config = { preset: values.preset, size: [size, size], batchSize: batch };
  const stepSeconds = (launcher, threads) => {
    const words = [...launcher, process.execPath, pathOf('./network-probe.mjs')];
    const request = JSON.stringify({ config, steps, threads });
    const [program, ...rest] = [...words, request];
    const text = execFileSync(program, rest, { encoding: 'utf8', env: computingEnvironment() });
    return median(JSON.parse(text).map(({ seconds }) => seconds));
  };
  await takeTurns(`seconds a step, ${values.preset}, ${size}×${size}, batch ${batch}`, {
    'one process, two threads': () => stepSeconds([], 2),
    'two processes, one thread': () => stepSeconds(['mpirun.mpich', '-n', '2'], 1),
  });
}

async function compareBulk() {
  const size = Number(values.size ?? 64);
  const run = (...words) => {
    const begun = performance.now();
    execFileSync(process.execPath, [pathOf('../bin/pix2pix.js'), ...words], { cwd: folder, stdio: 'ignore' });
    return (performance.now() - begun) / 1000;
  };
  const model = values.model ?? 'model';
  if (values.model === undefined) {
    run('prepare', 'synth', 'facades', '--out', 'pairs', '--count', '4', '--test', '1', '--size', `${size}`);
    run(
      'train',
      'pairs',
      '--preset',
      'lite',
      '--size',
      `${size}`,
      '--steps',
      '1',
      '--device',
      'cpu',
      '--out',
      model,
    );
  }
  await mkdir(join(folder, 'in'));
  for (let i = 0; i < pictures; i++) {
    const data = Uint8Array.from({ length: size * size * 3 }, (_, at) => (at * 37 + i * 101) % 256);
    const raw = { width: size, height: size, channels: 3 };
    await sharp(data, { raw }).toFile(join(folder, 'in', `${i}.png`));
  }
  const redis = await startRedis();
  let round = 0;
  try {
    await takeTurns(`seconds for ${pictures} pictures of ${size}×${size}`, {
      translate: () => run('translate', model, 'in', '--device', 'cpu', '--out', `plain-${round}`),
      'bulk submit and work': async () => {
        const submitted = run('bulk', 'submit', model, 'in', `bulk-${round++}`, '--redis', redis.url);
        return submitted + (await work(redis.url));
      },
    });
  } finally {
    await redis.stop();
  }
}

/** Seconds until all workers have ended. */
async function work(url) {
  const begun = performance.now();
  const words = ['bulk', 'work', '--until-empty', '--device', 'cpu', '--redis', url];
  const workers = Array.from({ length: Number(values.workers) }, () =>
    spawn(process.execPath, [pathOf('../bin/pix2pix.js'), ...words], { cwd: folder, stdio: 'ignore' }),
  );
  await Promise.all(workers.map(worker => once(worker, 'exit')));
  return (performance.now() - begun) / 1000;
}

async function startRedis() {
  const server = createServer().listen(0, '127.0.0.1');
  await sleep(100);
  const { port } = server.address();
  server.close();
  const child = spawn('redis-server', ['--port', `${port}`, '--dir', folder, '--appendonly', 'yes'], {
    stdio: 'ignore',
  });
  await sleep(1000);
  const stop = async () => {
    child.kill();
    await once(child, 'exit');
  };
  return { url: `redis://127.0.0.1:${port}`, stop };
}

/** Each in turn, in reversed order every other round; the first round warms up. Prints medians, and the second's pace. */
async function takeTurns(what, ways) {
  const entries = Object.entries(ways);
  const times = new Map(entries.map(([name]) => [name, []]));
  for (let round = 0; round <= rounds; round++) {
    for (const [name, measure] of round % 2 ? entries.toReversed() : entries) {
      const seconds = await measure();
      if (round > 0) times.get(name).push(seconds);
    }
  }
  console.log(`${what}, ${rounds} rounds`);
  for (const [name, each] of times) {
    const all = each.map(seconds => seconds.toFixed(3)).join(', ');
    console.log(`${name.padEnd(26)} median ${median(each).toFixed(3)}  (${all})`);
  }
  const [[base, baseTimes], [name, others]] = times;
  console.log(
    `${name} has ${((100 * median(baseTimes)) / median(others)).toFixed(0)} % of the pace of ${base}`,
  );
}

function median(numbers) {
  return numbers.toSorted((a, b) => a - b)[numbers.length >> 1];
}
