// Trains a small model on each task of `pix2pix prepare` with one budget, and scores it on held-out photos against
// what one would have without it. Usage, with PHOTOS a folder of photos or of side-by-side pairs (then --half A):
//   node scripts/score-tasks.mjs PHOTOS --half A --out /tmp/tasks [--epochs 8] [--size 64] [--only denoise,deblur]
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { decodeImage } from '../dist/index.js';

const tasks = {
  colorize: { baseline: 'gray input', guess: identity },
  superres: { baseline: 'bicubic', guess: identity },
  inpaint: { baseline: 'mean fill', guess: fillWithMean },
  edges: { baseline: 'mean colour', guess: meanColour },
  denoise: { baseline: 'noisy input', guess: identity },
  deblur: { baseline: 'blurred input', guess: identity },
  day2night: { baseline: 'dark input', guess: identity },
  lowdose: { baseline: 'noisy input', guess: identity },
  stylize: { baseline: 'styled input', guess: identity },
};

// L1 alone and no noise: what counts here is the distance to the truth, not whether it looks real.
const recipe =
  '--preset paper --direction BtoA --gan 0 --l1 100 --generator unet --levels 4 --filters 24 --dropout 0 --norm none ' +
  '--initializer he --batch-size 1 --learning-rate 0.001 --constant-epochs 3 --average 0.995 --jitter 1';

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    out: { type: 'string', default: 'task-scores' },
    half: { type: 'string' },
    epochs: { type: 'string', default: '8' },
    size: { type: 'string', default: '64' },
    only: { type: 'string', default: Object.keys(tasks).join(',') },
  },
});

await mkdir(options.out, { recursive: true });
const rows = [];
for (const name of options.only.split(',')) {
  rows.push(await scoreTask(name));
  await writeFile(join(options.out, 'scores.json'), `${JSON.stringify(rows, null, 2)}\n`);
  console.log(tableOf(rows));
}

async function scoreTask(name) {
  const [data, run] = [join(options.out, name), join(options.out, `run-${name}`)];
  const half = options.half ? ['--half', options.half] : [];
  if (!existsSync(data))
    pix2pix('prepare', name, positionals[0], ...half, '--size', options.size, '--out', data);
  pix2pix('inspect', data, '--sheet', `${data}.png`);
  const budget = ['--size', options.size, '--epochs', options.epochs];
  pix2pix('train', data, ...recipe.split(' '), ...budget, '--out', run, '--force');
  const translated = join(options.out, `translated-${name}`);
  pix2pix('translate', run, join(data, 'test'), '--side', 'B', '--out', translated, '--force');
  const model = { l1: 0, psnr: 0 };
  const baseline = { l1: 0, psnr: 0 };
  const mean = await meanTarget(join(data, 'train'));
  const names = await readdir(join(data, 'test'));
  for (const file of names) {
    const pair = await decodeImage(join(data, 'test', file));
    const [target, condition] = [halfOf(pair, 0), halfOf(pair, 1)];
    addTo(model, (await decodeImage(join(translated, file))).data, target, names.length);
    addTo(baseline, tasks[name].guess(condition, mean), target, names.length);
  }
  return { name, against: tasks[name].baseline, images: names.length, baseline, model };
}

function pix2pix(...args) {
  execFileSync('node', [join(import.meta.dirname, '../bin/pix2pix.js'), ...args], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}

/** Levels of 255. */
function addTo(sums, image, truth, count) {
  let [absolute, squared] = [0, 0];
  for (let i = 0; i < truth.length; i++) {
    const difference = image[i] - truth[i];
    absolute += Math.abs(difference);
    squared += difference ** 2;
  }
  sums.l1 += absolute / truth.length / count;
  sums.psnr += (10 * Math.log10((255 ** 2 * truth.length) / squared)) / count;
}

function halfOf({ width, height, data }, half) {
  const row = (width / 2) * 3;
  const out = new Uint8Array(row * height);
  for (let y = 0; y < height; y++)
    out.set(data.subarray((2 * y + half) * row, (2 * y + half + 1) * row), y * row);
  return out;
}

function identity(condition) {
  return condition;
}

/** Holes are magenta: they get the mean of the rest. */
function fillWithMean(condition) {
  const isHole = i => condition[i] === 255 && condition[i + 1] === 0 && condition[i + 2] === 255;
  const mean = meanOf(condition, i => !isHole(i));
  return condition.map((level, at) => (isHole(at - (at % 3)) ? mean[at % 3] : level));
}

/** A drawing says nothing of colours: the mean of all training photos everywhere. */
function meanColour(condition, mean) {
  return condition.map((_, at) => mean[at % 3]);
}

async function meanTarget(folder) {
  const names = await readdir(folder);
  const sums = [0, 0, 0];
  for (const name of names) {
    const mean = meanOf(halfOf(await decodeImage(join(folder, name)), 0), () => true);
    for (let c = 0; c < 3; c++) sums[c] += mean[c] / names.length;
  }
  return sums;
}

function meanOf(data, counts) {
  const sums = [0, 0, 0];
  let count = 0;
  for (let i = 0; i < data.length; i += 3) {
    if (!counts(i)) continue;
    count++;
    for (let c = 0; c < 3; c++) sums[c] += data[i + c];
  }
  return sums.map(sum => sum / Math.max(count, 1));
}

function tableOf(all) {
  const lines = all.map(({ name, against, baseline, model }) => {
    const [from, to] = [baseline, model].map(({ psnr, l1 }) => `${psnr.toFixed(2)} dB, ${l1.toFixed(1)}`);
    return `| ${name} | ${against}: ${from} | ${to} | ${(model.psnr - baseline.psnr).toFixed(2)} dB |`;
  });
  return ['| task | without | model | margin |', '| --- | --- | --- | --- |', ...lines].join('\n');
}
