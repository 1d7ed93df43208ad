// Trains a small model on each task of `pix2pix prepare` with one budget, and scores it on held-out photos against a baseline
// without a model. Usage, with folders of photos or of side-by-side pairs (then --half A):
//   node scripts/score-tasks.mjs PHOTOS HELD_OUT --half A --out /tmp/tasks [--epochs 8] [--size 64] [--only denoise,deblur]
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { decodePicture, Random } from '../dist/index.js';

const tasks = {
  colorize: { baseline: 'gray input', guess: identity },
  superres: { baseline: 'bicubic', guess: identity },
  inpaint: { baseline: 'mean fill', guess: fillWithMean },
  edges: { baseline: 'mean colour', guess: meanColor },
  denoise: { baseline: 'noisy input', guess: identity },
  deblur: { baseline: 'blurred input', guess: identity },
  day2night: { baseline: 'dark input', guess: identity },
  lowdose: { baseline: 'noisy input', guess: identity },
  stylize: { baseline: 'styled input', guess: identity },
};

// Only L1 and no dropout: the score here is the distance to the truth, not realism.
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
  const [data, heldOut, run, translated] = ['pairs', 'held-out', 'run', 'translated'].map(part =>
    join(options.out, `${name}-${part}`),
  );
  makePairs(name, positionals[0], data);
  makePairs(name, positionals[1], heldOut);
  pix2pix('inspect', data, '--sheet', `${data}.png`);
  const budget = ['--size', options.size, '--epochs', options.epochs];
  pix2pix('train', data, ...recipe.split(' '), ...budget, '--out', run, '--force');
  pix2pix('translate', run, join(heldOut, 'train'), '--side', 'B', '--out', translated, '--force');
  const model = [];
  const baseline = [];
  const mean = name === 'edges' ? await meanTarget(join(data, 'train')) : undefined;
  for (const file of await readdir(join(heldOut, 'train'))) {
    const pair = await readLevels(join(heldOut, 'train', file));
    const [target, condition] = [halfOf(pair, 0), halfOf(pair, 1)];
    model.push(score((await readLevels(join(translated, file))).data, target));
    baseline.push(score(tasks[name].guess(condition, mean), target));
  }
  return { name, against: tasks[name].baseline, baseline, model };
}

function makePairs(name, photos, folder) {
  const half = options.half ? ['--half', options.half] : [];
  const all = ['--size', options.size, '--test-share', '0'];
  if (!existsSync(folder)) pix2pix('prepare', name, photos, ...half, ...all, '--out', folder);
}

/** Pictures of any depth, in levels of 255. */
async function readLevels(path) {
  const { image } = await decodePicture(path);
  const scale = image.data instanceof Uint16Array ? 255 / 65535 : 1;
  return { ...image, data: Float64Array.from(image.data, sample => sample * scale) };
}

function pix2pix(...args) {
  execFileSync('node', [join(import.meta.dirname, '../bin/pix2pix.js'), ...args], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}

/** A picture's mean absolute error, in levels of 255, and mean squared error. */
function score(image, truth) {
  let [absolute, squared] = [0, 0];
  for (let i = 0; i < truth.length; i++) {
    const difference = image[i] - truth[i];
    absolute += Math.abs(difference);
    squared += difference ** 2;
  }
  return { l1: absolute / truth.length, l2: squared / truth.length };
}

function halfOf({ width, height, channels, data }, half) {
  const row = (width / 2) * channels;
  const out = new Float64Array(row * height);
  for (let y = 0; y < height; y++)
    out.set(data.subarray((2 * y + half) * row, (2 * y + half + 1) * row), y * row);
  return out;
}

function identity(condition) {
  return condition;
}

/** Fills the magenta holes with the mean of the rest. */
function fillWithMean(condition) {
  const isHole = i => condition[i] === 255 && condition[i + 1] === 0 && condition[i + 2] === 255;
  const mean = meanOf(condition, i => !isHole(i));
  return condition.map((level, at) => (isHole(at - (at % 3)) ? mean[at % 3] : level));
}

/** A drawing has no colours: the mean colour of all training photos everywhere. */
function meanColor(condition, mean) {
  return condition.map((_, at) => mean[at % 3]);
}

async function meanTarget(folder) {
  const names = await readdir(folder);
  const sums = [0, 0, 0];
  for (const name of names) {
    const mean = meanOf(halfOf(await readLevels(join(folder, name)), 0), () => true);
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

function average(values) {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** PSNR of all pictures together; a mean over pictures would be dominated by those that hardly need a model. */
function psnrOf(scores) {
  return 10 * Math.log10(255 ** 2 / average(scores.map(({ l2 }) => l2)));
}

/** The 95 % bootstrap interval of the margin over pictures, for one training. */
function marginBetween(baseline, model) {
  const random = Random.fromSeed(0);
  const margins = Array.from({ length: 2000 }, () => {
    const drawn = model.map(() => random.integer(model.length));
    return psnrOf(drawn.map(i => model[i])) - psnrOf(drawn.map(i => baseline[i]));
  }).sort((a, b) => a - b);
  return [margins[50], margins[1949]];
}

function tableOf(all) {
  const lines = all.map(({ name, against, baseline, model }) => {
    const [from, to] = [baseline, model].map(scores => {
      return `${psnrOf(scores).toFixed(2)}, ${average(scores.map(({ l1 }) => l1)).toFixed(1)}`;
    });
    const [least, most] = marginBetween(baseline, model);
    const margin = `${(psnrOf(model) - psnrOf(baseline)).toFixed(2)} (${least.toFixed(2)} to ${most.toFixed(2)}) dB`;
    return `| ${name} | ${against}: ${from} | ${to} | ${margin} |`;
  });
  return ['| task | without | model | margin |', '| --- | --- | --- | --- |', ...lines].join('\n');
}
