// Takes the figures of BENCHMARKS.md, in about twelve minutes on two idle cores, after a build:
//   PYTHON=bench/pytorch-2.6.sh node bench/figures.mjs
// Training steps taking turns with PyTorch; pictures a second that `translate` makes, against PyTorch's loader and PNG writer; and
// how long commands take to start. Prints the load of the machine before and after.
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const here = name => fileURLToPath(new URL(name, import.meta.url));
const [node, pix2pix] = [process.execPath, here('../bin/pix2pix.js')];
const { PYTHON = 'python3' } = process.env;
const python = PYTHON.includes('/') ? resolve(PYTHON) : PYTHON;
const toOut = ['--side', 'B', '--out', 'out', '--force'];
const folder = await mkdtemp(join(tmpdir(), 'figures-'));
const run = (...words) => execFileSync(node, [pix2pix, ...words], { cwd: folder, stdio: 'pipe' });
const load = () =>
  loadavg()
    .map(each => each.toFixed(1))
    .join(' ');

console.log(`Load: ${load()}`);
try {
  await steps();
  await pictures();
  await starts();
} finally {
  await rm(folder, { recursive: true });
}
console.log(`Load: ${load()}`);

async function steps() {
  const cases = [
    ['--rounds', '9'],
    ['--rounds', '9', '--preset', 'paper'],
    ['--rounds', '7', '--batch-size', '4'],
    ['--rounds', '15', '--preset', 'lite', '--size', '128', '--filters', '16'],
  ];
  for (const words of cases) {
    const child = spawn(node, [pix2pix, 'bench', ...words], { stdio: 'inherit' });
    await once(child, 'exit');
    console.log();
  }
}

/** Seconds until a process has ended. */
async function secondsOf(command, words) {
  const started = performance.now();
  const child = spawn(command, words, { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] });
  const [status] = await once(child, 'exit');
  if (status !== 0) throw new Error(`${command} ${words.join(' ')} ended with status ${status}`);
  return (performance.now() - started) / 1000;
}

/** Pictures a second, without starting: the time of many less that of few, in which both start alike. */
async function pictures() {
  run('prepare', 'synth', 'facades', '--size', '256', '--count', '2', '--test', '500', '--out', 'pairs');
  const test = join(folder, 'pairs/test');
  const all = (await readdir(test)).map(name => join(test, name));
  for (const preset of ['paper', 'lite']) {
    run('train', 'pairs', '--preset', preset, '--steps', '1', '--size', '256', '--out', preset);
    const ours = count => [pix2pix, 'translate', preset, ...all.slice(0, count), ...toOut];
    const theirs = count => [here('pytorch_translate.py'), '--preset', preset, ...all.slice(0, count)];
    const few = 20;
    const many = all.length;
    for (const [name, command, words] of [
      ['pix2pix', node, ours],
      ['PyTorch', python, theirs],
    ]) {
      const start = await secondsOf(command, words(few));
      const rate = (many - few) / ((await secondsOf(command, words(many))) - start);
      console.log(`${name}, ${preset}: ${rate.toFixed(1)} pictures a second at 256×256`);
    }
  }
  console.log();
}

/** Seconds until a training has logged its first step. */
async function secondsToFirstStep(words) {
  await rm(join(folder, 'first'), { recursive: true, force: true });
  const started = performance.now();
  const child = spawn(node, [pix2pix, ...words], { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] });
  const ended = once(child, 'exit');
  const log = () => readFile(join(folder, 'first/log.jsonl'), 'utf8').catch(() => '');
  while (child.exitCode === null && !(await log()).includes('"type":"step"')) await setTimeout(10);
  const seconds = (performance.now() - started) / 1000;
  const [status] = await ended;
  if (status !== 0) throw new Error(`${words.join(' ')} ended with status ${status}`);
  return seconds;
}

/** Medians of five. */
async function starts() {
  const [picture] = await readdir(join(folder, 'pairs/test'));
  const from = join('pairs/test', picture);
  const translate = preset => () => secondsOf(node, [pix2pix, 'translate', preset, from, ...toOut]);
  const training = ['train', 'pairs', '--preset', 'article', '--steps', '1', '--out', 'first'];
  const cases = [
    ['translate of one picture, paper', translate('paper')],
    ['translate of one picture, lite', translate('lite')],
    ['train, article, to the first step', () => secondsToFirstStep(training)],
    ['the same, to the end, with its checkpoint', () => secondsOf(node, [pix2pix, ...training, '--force'])],
  ];
  for (const [name, measure] of cases) {
    const seconds = [];
    for (let i = 0; i < 5; i++) seconds.push(await measure());
    console.log(
      `${name}: ${seconds.sort((a, b) => a - b)[2].toFixed(2)} s (${availableParallelism()} threads)`,
    );
  }
}
