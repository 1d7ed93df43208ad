// Trains the small models of the live figures on the page about applications: colour for gray pictures, and holes filled
// in. They learn from the 3D images of the emoji, which MIT licenses. Writes the models and pictures that they have not
// seen to docs/public/applications. Equal seeds give equal models. Usage, after `npm run build`:
//   node scripts/train-application-models.mjs [--emoji FOLDER] [--out runs/applications]
import { copyFileSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import sharp from 'sharp';
import { pix2pix } from './run-pix2pix.mjs';

const shown = 'docs/public/applications';
const size = 128;
/** With what preset `images` had when the models in the repository were trained. */
const networks =
  '--preset images --filters 16 --discriminator-filters 12 --initializer he --discriminator-initializer normal';
const objective = '--l1 100 --learning-rate 0.0002';
const course = '--direction BtoA --epochs 5 --constant-epochs 4 --seed 1 --threads 1 --device cpu';
const tasks = {
  colorize: { prepare: '', train: '--keep-luminance' },
  inpaint: { prepare: '--holes strokes --share 0.15', train: '' },
};

const { values: options } = parseArgs({
  options: { emoji: { type: 'string' }, out: { type: 'string', default: 'runs/applications' } },
});
const emoji = options.emoji ?? join(options.out, 'emoji');
if (!existsSync(emoji)) pix2pix(`fetch emoji --size ${size} --out ${emoji}`);
mkdirSync(shown, { recursive: true });

for (const [task, flags] of Object.entries(tasks)) {
  const [data, unseen, run] = ['data', 'unseen', 'run'].map(part => join(options.out, `${task}-${part}`));
  makePairs(task, 'train', data);
  makePairs(task, 'test', unseen);
  if (!existsSync(join(run, 'config.json')))
    pix2pix(
      `train ${data} --size ${size} ${networks} ${objective} ${course} ${flags.train} --out ${run}`.replace(
        / +/g,
        ' ',
      ),
    );
  pix2pix(
    `export ${run} --image --precision int8 --data ${data} --force --out ${join(shown, `${task}.onnx`)}`,
  );
  const report = pix2pix(`evaluate ${run} ${unseen} --split train --json --device cpu`);
  writeFileSync(join(options.out, `${task}-scores.json`), report);
  await showUnseen(task, join(unseen, 'train'));
}
copyFileSync(join(emoji, 'NOTICE'), join(shown, 'NOTICE'));

/** Pairs of a task from the 3D images of one split of the emoji. */
function makePairs(task, split, folder) {
  if (existsSync(folder)) return;
  const flags = `--half B --size ${size} --test-share 0 --seed 1 ${tasks[task].prepare}`.trim();
  pix2pix(`prepare ${task} ${join(emoji, split)} ${flags} --out ${folder}`);
}

/** Saves the conditions of some pairs, for visitors to begin with. */
async function showUnseen(task, folder) {
  const files = readdirSync(folder).filter(name => name.endsWith('.png'));
  const every = Math.floor(files.length / 6);
  for (let i = 0; i < 6; i++) {
    const condition = { left: size, top: 0, width: size, height: size };
    await sharp(join(folder, files[i * every]))
      .extract(condition)
      .png({ palette: false, compressionLevel: 9 })
      .toFile(join(shown, `${task}-${i + 1}.png`));
  }
}
