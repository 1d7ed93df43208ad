import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { saveBytes, savePicture, temporaryFolder, testPicture } from '../../test/data-fixtures.ts';
import { cropImage } from '../core/image.ts';
import { Random } from '../core/random.ts';
import { loadPair, loadSides } from '../data/pair.ts';
import { openPairs } from '../data/pairing.ts';
import { squarePicture } from '../images/resize.ts';
import { type PhotoPairsOptions, writePhotoPairs } from './photo-pairs.ts';
import { defaultValues, type PhotoTaskName, photoTasks } from './tasks/index.ts';

function options(name: PhotoTaskName, changes: Partial<PhotoPairsOptions> = {}): PhotoPairsOptions {
  const task = photoTasks[name];
  return {
    ...{ task, values: defaultValues(task), size: 16, fit: 'crop', half: undefined },
    ...{ testShare: 0.25, seed: 1, skipBad: false },
    ...changes,
  };
}

async function photos(count: number): Promise<string[]> {
  const folder = await temporaryFolder();
  const paths = Array.from({ length: count }, (_, i) => join(folder, `photo${i}.png`));
  await Promise.all(paths.map((path, i) => savePicture(path, testPicture(24, 20, i))));
  return paths;
}

describe('writePhotoPairs', () => {
  it.each(Object.keys(photoTasks) as PhotoTaskName[])('%s: its pairs can be loaded', async name => {
    const out = join(await temporaryFolder(), 'new');
    const files = await photos(4);
    expect(await writePhotoPairs(files, out, options(name))).toEqual({ train: 3, test: 1, enlarged: 0 });
    const { pairs } = await openPairs(out, { split: 'train' });
    const [{ image: a }, { image: b }] = await loadSides(pairs[0]!);
    const index = files.findIndex(file => file.endsWith(`${pairs[0]!.name}.png`));
    const photo = squarePicture(testPicture(24, 20, index), 16, 'crop');
    const task = photoTasks[name];
    expect(a).toEqual(('original' in task ? task.original?.(photo) : undefined) ?? photo);
    const random = Random.fromSeed(1).split(`photo/${pairs[0]!.name}`);
    expect(b).toEqual(task.derive(photo, defaultValues(task), random));
  });

  it('takes a half of each picture, squeezes, enlarges, and makes equal names distinct', async () => {
    const [one] = await photos(1);
    const [other] = await photos(1);
    const out = join(await temporaryFolder(), 'new');
    const changes = { half: 'B', fit: 'squeeze', size: 32, testShare: 0 } as const;
    const result = await writePhotoPairs([one!, other!], out, options('colorize', changes));
    expect(result).toEqual({ train: 2, test: 0, enlarged: 2 });
    expect((await readdir(join(out, 'train'))).sort()).toEqual(['photo0-2.png', 'photo0.png']);
    const pair = await loadPair({ name: '', file: join(out, 'train/photo0.png') }, 'AtoB');
    const half = cropImage(testPicture(24, 20, 0), 12, 0, 12, 20);
    expect(pair.condition).toEqual(squarePicture(half, 32, 'squeeze'));
  });

  it('writes the same pair regardless of the other photos', async () => {
    const files = await photos(3);
    const [all, alone] = [join(await temporaryFolder(), 'all'), join(await temporaryFolder(), 'alone')];
    await writePhotoPairs(files, all, options('inpaint', { testShare: 0 }));
    await writePhotoPairs(files.slice(1, 2), alone, options('inpaint', { testShare: 0 }));
    const load = (folder: string) => loadPair({ name: '', file: join(folder, 'train/photo1.png') }, 'AtoB');
    expect(await load(alone)).toEqual(await load(all));
  });

  it('stops at a bad photo, or skips and reports it', async () => {
    const files = await photos(3);
    await saveBytes(files[1]!, 'no picture');
    const out = join(await temporaryFolder(), 'new');
    await expect(writePhotoPairs(files, out, options('colorize'))).rejects.toThrow(
      /^Cannot decode ".*photo1.png": it is not an image.*; use --skip-bad to skip such images$/,
    );
    const notes: string[] = [];
    const lenient = options('colorize', { skipBad: true, testShare: 0, onSkip: note => notes.push(note) });
    const second = join(await temporaryFolder(), 'new');
    expect(await writePhotoPairs(files, second, lenient)).toEqual({ train: 2, test: 0, enlarged: 0 });
    expect(notes).toEqual([expect.stringMatching(/^Skipped an image. Cannot decode ".*photo1.png"/)]);
    const third = join(await temporaryFolder(), 'new');
    await expect(writePhotoPairs([files[1]!], third, lenient)).rejects.toThrow('none of the 1 images');
  });

  it('refuses a folder that is not empty, and a test share of a single photo', async () => {
    const files = await photos(1);
    const used = await temporaryFolder();
    await saveBytes(join(used, 'notes.txt'), 'mine');
    await expect(writePhotoPairs(files, used, options('colorize'))).rejects.toThrow(
      /^Cannot write pairs into ".*": it holds 1 entry, expected a new or empty folder/,
    );
    const out = join(await temporaryFolder(), 'new');
    await expect(writePhotoPairs(files, out, options('colorize'))).rejects.toThrow(
      'Cannot put 0.25 of 1 image aside for testing: use two or more, or --test-share 0',
    );
    expect(existsSync(out)).toBe(false);
  });
});
