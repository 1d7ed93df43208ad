// Trains a model on each task of `pix2pix prepare`, and scores it on held-out photos beside an image without a model.
// Usage, with folders of photos or of side-by-side pairs (then --half A), after `npm run build`:
//   node scripts/score-tasks.mjs PHOTOS HELD_OUT --half A --features judge.onnx [--out runs/tasks] [--seeds 1,2,3]
//     [--only denoise,deblur] [--train="--preset images --size 64 --epochs 8 --constant-epochs 6"]
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import sharp from 'sharp';
import { decodePicture } from '../dist/index.js';
import { pix2pix } from './run-pix2pix.mjs';

/** What one has without a model. */
const tasks = {
  colorize: { without: 'gray input', guess: identity },
  superres: { without: 'bicubic', guess: identity },
  inpaint: { without: 'mean fill', guess: fillWithMean },
  edges: { without: 'mean colour', guess: meanColor },
  denoise: { without: 'noisy input', guess: identity },
  deblur: { without: 'blurred input', guess: identity },
  day2night: { without: 'dark input', guess: identity },
  lowdose: { without: 'noisy input', guess: identity },
  stylize: { without: 'styled input', guess: identity },
};

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    out: { type: 'string', default: 'runs/tasks' },
    half: { type: 'string' },
    features: { type: 'string' },
    seeds: { type: 'string', default: '1,2,3' },
    only: { type: 'string', default: Object.keys(tasks).join(',') },
    train: { type: 'string', default: '--preset images --size 64 --epochs 8 --constant-epochs 6' },
  },
});
const [photos, heldOutPhotos] = positionals;
const size = /--size (\d+)/.exec(options.train)?.[1] ?? '256';
const seeds = options.seeds.split(',');

await mkdir(options.out, { recursive: true });
const rows = [];
for (const task of options.only.split(',')) {
  rows.push(await scoreTask(task));
  await writeFile(join(options.out, 'scores.json'), `${JSON.stringify(rows, null, 2)}\n`);
  console.log(tableOf(rows));
}

async function scoreTask(task) {
  const [data, heldOut, without] = ['pairs', 'held-out', 'without'].map(part =>
    join(options.out, `${task}-${part}`),
  );
  makePairs(task, photos, data);
  makePairs(task, heldOutPhotos, heldOut);
  await saveGuesses(task, data, heldOut, without);
  const runs = seeds.map(seed => join(options.out, `${task}-${seed}`));
  runs.forEach((run, i) => {
    const flags = `${options.train} --direction BtoA --seed ${seeds[i]} --threads 1`;
    if (!isFinished(run)) pix2pix(`train ${data} ${flags} --out ${run} --force`);
  });
  const judge = options.features ? ` --features ${options.features}` : '';
  const report = pix2pix(
    `evaluate ${without} ${runs.join(' ')} ${heldOut} --split train --no-baselines --json${judge}`,
  );
  const [baseline, ...others] = JSON.parse(report).entries.map(({ summary }) => summary);
  // After the models comes the truth.
  const models = others.slice(0, runs.length);
  return { task, without: tasks[task].without, baseline, models };
}

function isFinished(run) {
  const log = join(run, 'log.jsonl');
  return existsSync(log) && readFileSync(log, 'utf8').includes('"reason":"finished"');
}

function makePairs(task, from, folder) {
  const half = options.half ? ` --half ${options.half}` : '';
  if (!existsSync(folder))
    pix2pix(`prepare ${task} ${from}${half} --size ${size} --test-share 0 --out ${folder}`);
}

/** Writes what one has without a model for each held-out pair. */
async function saveGuesses(task, data, heldOut, folder) {
  await mkdir(folder, { recursive: true });
  const mean = task === 'edges' ? await meanTarget(join(data, 'train')) : undefined;
  for (const file of await readdir(join(heldOut, 'train'))) {
    const pair = await readLevels(join(heldOut, 'train', file));
    const levels = tasks[task].guess(halfOf(pair, 1), mean);
    const raw = { width: pair.width / 2, height: pair.height, channels: pair.channels };
    await sharp(Uint8Array.from(levels, Math.round), { raw }).png().toFile(join(folder, file));
  }
}

/** Pictures of any depth, in levels of 255. */
async function readLevels(path) {
  const { image } = await decodePicture(path);
  const scale = image.data instanceof Uint16Array ? 255 / 65535 : 1;
  return { ...image, data: Float64Array.from(image.data, sample => sample * scale) };
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

/** Means with 95 % intervals over photos; a model's mean is that of its seeds, its interval spans all of theirs. */
function tableOf(all) {
  const lines = all.map(({ task, without, baseline, models }) => {
    const cells = ['psnr', 'lpips'].flatMap(score =>
      baseline[score] ? [[baseline], models].map(entries => spanOf(entries.map(entry => entry[score]))) : [],
    );
    return `| ${[task, without, ...cells].join(' | ')} |`;
  });
  return lines.join('\n');
}

function spanOf(scores) {
  const mean = scores.reduce((sum, score) => sum + score.mean, 0) / scores.length;
  const low = Math.min(...scores.map(({ interval }) => interval[0]));
  const high = Math.max(...scores.map(({ interval }) => interval[1]));
  return `${mean.toFixed(2)} (${low.toFixed(2)}–${high.toFixed(2)})`;
}
