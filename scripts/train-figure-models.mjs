// Trains the small models of the tutorial's live figures. Writes the models to docs/public/models, and their losses and
// scores beside the figures. Equal seeds give equal models. Usage, after `npm run build`:
//   node scripts/train-figure-models.mjs [--out runs/figures]
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { pix2pix } from './run-pix2pix.mjs';

const models = 'docs/public/models';
/** The epochs after which the article shows its pictures. */
const epochs = [1, 10, 50];
const pairs = 80;

/**
 * The article's networks at a quarter of its 256 pixels: as there, the bottleneck has 2×2 pixels, and the discriminator
 * judges 16×16 patches, each about a third of the image wide.
 */
const networks = '--size 64 --filters 8 --levels 5 --discriminator-filters 16 --discriminator-layers 2';
const course = `--direction BtoA --epochs 50 --keep 50 --seed 1 --threads 1 --device cpu --force`;
const objectives = {
  article: { flags: '', l1: 0 },
  l1: { flags: ' --l1 100 --shuffle', l1: 100 },
};

const { values: options } = parseArgs({ options: { out: { type: 'string', default: 'runs/figures' } } });
const data = join(options.out, 'data');
mkdirSync(models, { recursive: true });

if (!existsSync(data))
  pix2pix(`prepare synth facades --count ${pairs} --test 20 --size 64 --seed 0 --out ${data}`);
const scores = { epochs };
for (const [name, { flags, l1 }] of Object.entries(objectives)) {
  const run = join(options.out, name);
  if (!isFinished(run)) {
    pix2pix(`train ${data} --preset article ${networks} ${course}${flags} --out ${run}`);
  }
  scores[name] = { ...lossesOf(run, l1), ...errorsOf(run) };
  for (const epoch of epochs) {
    const file = join(models, `${name}-${epoch}.onnx`);
    pix2pix(
      `export ${checkpointAt(run, epoch)} --image --precision int8 --data ${data} --force --out ${file}`,
    );
  }
  // Both networks of the last epoch, for figures that look inside.
  copyFileSync(weightsAt(run, epochs.at(-1)), join(models, `${name}.safetensors`));
}
writeFileSync('docs/.vitepress/theme/figures/scores.json', `${JSON.stringify(scores)}\n`);

function isFinished(run) {
  return existsSync(checkpointAt(run, epochs.at(-1)));
}

function checkpointAt(run, epoch) {
  return join(run, 'checkpoints', `step-${String(pairs * epoch).padStart(7, '0')}`);
}

function weightsAt(run, epoch) {
  return join(checkpointAt(run, epoch), 'model.safetensors');
}

/** Means over the test pairs after each of the epochs that are shown. */
function errorsOf(run) {
  const files = epochs.map(epoch => weightsAt(run, epoch));
  const { entries } = JSON.parse(pix2pix(`evaluate ${files.join(' ')} ${data} --json --device cpu`));
  const summaries = files.map(file => entries.find(({ name }) => name === file).summary);
  return {
    l1: summaries.map(({ l1 }) => rounded(l1.mean)),
    ssim: summaries.map(({ ssim }) => rounded(ssim.mean)),
  };
}

/** Means of every epoch. @param weight of the L1 term in the generator's loss */
function lossesOf(run, weight) {
  const steps = readFileSync(join(run, 'log.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map(line => JSON.parse(line))
    .filter(({ type }) => type === 'step');
  const means = lossOf =>
    Array.from({ length: epochs.at(-1) }, (_, epoch) => {
      const losses = steps.filter(step => step.epoch === epoch).map(lossOf);
      return rounded(losses.reduce((sum, loss) => sum + loss) / losses.length);
    });
  return {
    discriminatorLosses: means(step => step.discriminatorLoss),
    adversarialLosses: means(step => step.generatorLoss - weight * step.l1),
  };
}

function rounded(value) {
  return Number(value.toFixed(3));
}
