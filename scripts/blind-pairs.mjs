// Images for a blind comparison of two models: each shows an input between both results, whose sides are drawn from a seed, so
// that whoever looks at them does not know which model made which.
//   node scripts/blind-pairs.mjs INPUTS ONE TWO OUT [--seed 1] [--count 50] [--side 256]   writes OUT/01.png… and OUT/key.json
//   node scripts/blind-pairs.mjs --key OUT/key.json --answers ANSWERS.txt                  counts lines such as "01 left"
// INPUTS, ONE and TWO are folders of images with the same names.
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import sharp from 'sharp';
import { Random } from '../dist/index.js';

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    seed: { type: 'string', default: '1' },
    count: { type: 'string', default: '50' },
    side: { type: 'string', default: '256' },
    key: { type: 'string' },
    answers: { type: 'string' },
  },
});
if (values.key) await count(values.key, values.answers);
else await write(...positionals);

async function write(inputs, one, two, out) {
  if (!out) throw new Error('Usage: node scripts/blind-pairs.mjs INPUTS ONE TWO OUT [--seed N]');
  const random = Random.fromSeed(Number(values.seed));
  const stems = new Set((await readdir(two)).map(stemOf));
  const names = (await readdir(one)).filter(name => stems.has(stemOf(name))).sort();
  const chosen = random.shuffled(names).slice(0, Number(values.count));
  await mkdir(out, { recursive: true });
  const key = { seed: Number(values.seed), one, two, images: {} };
  for (const [i, name] of chosen.entries()) {
    const number = String(i + 1).padStart(2, '0');
    const left = random.uniform() < 0.5 ? 'one' : 'two';
    const folders = left === 'one' ? [one, inputs, two] : [two, inputs, one];
    const files = await Promise.all(folders.map(folder => fileOf(folder, name)));
    await saveRow(files, join(out, `${number}.png`));
    key.images[number] = { name, left };
  }
  await writeFile(join(out, 'key.json'), JSON.stringify(key, null, 2));
}

function stemOf(name) {
  return name.replace(/\.\w+$/, '');
}

async function fileOf(folder, name) {
  const file = (await readdir(folder)).find(each => stemOf(each) === stemOf(name));
  if (!file) throw new Error(`Cannot find ${stemOf(name)} in ${folder}`);
  return join(folder, file);
}

async function saveRow(files, out) {
  const [side, gap] = [Number(values.side), 8];
  const images = files.map(file => sharp(file).resize(side, side, { kernel: 'nearest' }).toBuffer());
  const placed = (await Promise.all(images)).map((input, i) => ({ input, left: i * (side + gap), top: 0 }));
  const sheet = { width: 3 * side + 2 * gap, height: side, channels: 3, background: '#fff' };
  await sharp({ create: sheet }).composite(placed).png().toFile(out);
}

async function count(key, answers) {
  const { images } = JSON.parse(await readFile(key, 'utf8'));
  const votes = { one: 0, two: 0 };
  for (const line of (await readFile(answers, 'utf8')).trim().split('\n')) {
    const [number, choice] = line.trim().split(/\s+/);
    if (!images[number] || !['left', 'right'].includes(choice)) throw new Error(`Cannot read "${line}"`);
    const { left } = images[number];
    votes[choice === 'left' ? left : left === 'one' ? 'two' : 'one']++;
  }
  console.log(`one ${votes.one}, two ${votes.two} of ${Object.keys(images).length}`);
}
