import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createImage, type Image } from '../../src/core/image.ts';
import { evaluate } from '../../src/evaluate/evaluate.ts';
import { Gallery } from '../../src/evaluate/report/gallery.ts';
import { reportPage } from '../../src/evaluate/report/report.ts';
import { savePicture, temporaryFolder, testPicture } from '../data-fixtures.ts';
import { uniforms } from '../reference/named-values.ts';

/** Noise: what takes most bytes of a JPEG. */
function noise(side: number, seed: number): Image {
  const next = uniforms(`noise ${seed}`);
  return {
    ...createImage(side, side),
    data: Uint8Array.from({ length: side * side * 3 }, () => 256 * next()),
  };
}

test('a report on 106 pairs of large noise stays below 5 MB, and says how small it shows them', async () => {
  const data = await temporaryFolder();
  const folders = ['first', 'second'].map(name => join(data, name));
  for (let i = 0; i < 106; i++) {
    await savePicture(join(data, 'test', `${i}.png`), testPicture(24, 12, i));
    for (const [k, folder] of folders.entries())
      await savePicture(join(folder, `${i}.png`), testPicture(12, 12, i + k));
  }
  // Compared small, as that is quick, and shown large; the first pair is larger than a page shows anything.
  const gallery = new Gallery();
  const [huge, ...large] = [640, 160, 160, 160, 160].map(noise) as [Image, ...Image[]];
  let turn = 0;
  const evaluation = await evaluate({
    models: folders,
    data,
    split: 'test',
    size: [12, 12],
    direction: 'BtoA',
    baselines: true,
    reader: null,
    features: null,
    seed: 0,
    onPicture: (entry, pair) => {
      const [picture, truth] = turn < 3 ? [huge, huge] : [large[turn % 4]!, large[(turn + 1) % 4]!];
      turn++;
      return gallery.add(entry, { ...pair, condition: picture, target: truth }, picture, truth);
    },
  });
  const html = await reportPage(evaluation, gallery);
  expect(Buffer.byteLength(html)).toBeLessThan(5e6);
  expect(html.match(/<img/g)!.length).toBeGreaterThan(106 * 4);
  expect(html).toMatch(/Shown at up to \d+ pixels/);
  expect(html).toMatch(/truth: 106 pairs, at up to (96|64|48) pixels/);
});
