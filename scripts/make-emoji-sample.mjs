// Makes the pairs that the demo trains on, a part of the emoji set small enough for the package: every n-th pair at 128 pixels,
// as WebP of quality 90. Usage, after `pix2pix fetch emoji --out EMOJI`:
//   node scripts/make-emoji-sample.mjs EMOJI assets/emoji
import { cp, mkdir, readdir } from 'node:fs/promises';
import { join, parse } from 'node:path';
import sharp from 'sharp';

const SIDE = 128;
const wanted = { train: 400, test: 20 };

const [emoji, out] = process.argv.slice(2);
if (!out) throw new Error('Usage: node scripts/make-emoji-sample.mjs EMOJI OUT');
for (const [split, count] of Object.entries(wanted)) {
  const files = (await readdir(join(emoji, split))).sort();
  await mkdir(join(out, split), { recursive: true });
  for (let i = 0; i < count; i++) {
    const file = files[Math.floor((i * files.length) / count)];
    await sharp(join(emoji, split, file))
      .resize(2 * SIDE, SIDE, { fit: 'fill' })
      .webp({ quality: 90, effort: 6, smartSubsample: true })
      .toFile(join(out, split, `${parse(file).name}.webp`));
  }
}
await cp(join(emoji, 'NOTICE'), join(out, 'NOTICE'));
