import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { saveBytes, savePicture, temporaryFolder, testPicture } from '../../../../test/data-fixtures.ts';
import { photoTasks } from '../../../prepare/tasks/index.ts';
import { runCommandLine } from '../../main.ts';

afterEach(() => vi.restoreAllMocks());

/** Runs a command line in this process; what it prints, and its exit status. */
async function pix2pix(...words: string[]): Promise<{ out: string; err: string; status: number }> {
  const [out, err]: [string[], string[]] = [[], []];
  vi.spyOn(console, 'log').mockImplementation(line => void out.push(String(line)));
  vi.spyOn(console, 'error').mockImplementation(line => void err.push(String(line)));
  vi.spyOn(process.stdout, 'write').mockImplementation(text => out.push(String(text)) > 0);
  const status = await runCommandLine(words);
  vi.restoreAllMocks();
  return { out: out.join('\n'), err: err.join('\n'), status };
}

async function photoFolder(count = 4): Promise<string> {
  const folder = await temporaryFolder();
  for (let i = 0; i < count; i++) await savePicture(join(folder, `photos/${i}.png`), testPicture(40, 30, i));
  return folder;
}

describe('pix2pix prepare', () => {
  it.each(Object.keys(photoTasks))('%s makes pairs and says what to do next', async task => {
    const folder = await photoFolder();
    const data = join(folder, 'data');
    const words = [
      'prepare',
      task,
      join(folder, 'photos'),
      '--out',
      data,
      '--size',
      '32',
      '--test-share',
      '0.25',
    ];
    const { out, err, status } = await pix2pix(...words);
    expect({ err, status }).toEqual({ err: '', status: 0 });
    expect(out).toContain(`Wrote 3 training pairs and 1 test pair to ${data}`);
    expect(out).toMatch(/^A, on the left: .*; B, on the right: /m);
    expect(out).toContain(
      `Next: npx pix2pix train ${data} --direction ${photoTasks[task as 'edges'].direction} --size 32`,
    );
    const looked = await pix2pix('inspect', data, '--sheet', join(folder, 'sheet.png'));
    expect(looked.out).toContain('Contact sheet of 4 pairs');
    expect((await readdir(folder)).sort()).toEqual(['data', 'photos', 'sheet.png']);
  });

  it.each(Object.entries(photoTasks))('%s explains itself and its options', async (name, { options }) => {
    const { out } = await pix2pix('prepare', name, '--help');
    for (const flag of Object.keys(options)) expect(out).toContain(`--${flag}`);
    expect(out).toContain(`npx pix2pix prepare ${name} photos --out data/${name}`);
  });

  it('takes files and patterns, each picture once', async () => {
    const folder = await photoFolder();
    const data = join(folder, 'data');
    const photos = join(folder, 'photos');
    const inputs = [join(photos, '?.png'), join(photos, '1.png')];
    const { out } = await pix2pix('prepare', 'colorize', ...inputs, '--out', data, '--size', '16');
    expect(out).toContain('Wrote 3 training pairs and 1 test pair');
  });

  it('combines, splits and cuts', async () => {
    const folder = await photoFolder();
    const at = (name: string) => join(folder, name);
    const combined = await pix2pix(
      'prepare',
      'combine',
      at('photos'),
      at('photos'),
      '--out',
      at('c'),
      '--size',
      '32',
    );
    expect(combined.out).toContain('Wrote 3 training pairs and 1 test pair');
    const split = await pix2pix('prepare', 'split', at('c'), '--out', at('s'), '--val-share', '0.34');
    expect(split.out).toContain('Wrote 2 training pairs, 1 validation pair and 1 test pair');
    const cut = await pix2pix('prepare', 'crop', at('s'), '--out', at('t'), '--size', '16');
    expect(cut.out).toContain('Wrote 8 pairs for train, 4 pairs for val, and 4 pairs for test to');
  });

  it('notes what splitting does not change, and files that it copies although they can’t be read', async () => {
    const folder = await photoFolder();
    const [data, out] = [join(folder, 'pairs'), join(folder, 'out')];
    await pix2pix('prepare', 'combine', join(folder, 'photos'), join(folder, 'photos'), '--out', data);
    await saveBytes(join(data, 'train/broken.png'), 'no picture');
    const split = await pix2pix('prepare', 'split', data, '--out', out, '--val-share', '0.3');
    expect(split).toMatchObject({ err: '', status: 0 });
    expect(split.out.split('\n').filter(line => line.startsWith('Note: '))).toEqual([
      `Note: "${data}" has a test split, which is kept: --test-share has no effect`,
      `Note: Copied 1 file that can’t be read, such as ${join(data, 'train/broken.png')}; leave it out with "pix2pix inspect ${data} --fix NEW"`,
    ]);
  });

  it.each([
    ['colorize', 'without PHOTOS'],
    [
      'colorize PHOTOS',
      'Cannot prepare colorize without --out: name a new folder, such as --out data/colorize',
    ],
    [
      'colorize nowhere --out OUT',
      'Cannot use "nowhere": there is no such file or folder, and no file matches it; pass a folder, or a pattern such as',
    ],
    ['colorize nowhere/*.png --out OUT', 'no file matches it'],
    ['colorize EMPTY --out OUT', 'it holds no JPEG'],
    ['colorize PHOTOS --out EMPTY', 'it holds 1 entry'],
    ['superres PHOTOS --out OUT --scale 1', 'Cannot use --scale 1: it must be a whole number from 2 to 16'],
    ['superres PHOTOS --out OUT --scale x', 'Cannot use --scale "x": it must be a number'],
    ['inpaint PHOTOS --out OUT --holes round', 'it must be one of boxes, strokes, mixed'],
    ['deblur PHOTOS --out OUT --size 8', 'Cannot use --size 8: it must be a whole number from 16 to 4096'],
    ['deblur PHOTOS --out OUT --fit stretch', 'Cannot use --fit "stretch": it must be one of crop, squeeze'],
    ['deblur PHOTOS --out OUT --half C', 'it must be one of A, B'],
    [
      'deblur PHOTOS --out OUT --test-share 1',
      'Cannot use --test-share 1: it must be a number from 0 to 0.9',
    ],
    ['deblur PHOTOS --out OUT --seed 0.5', 'Cannot use --seed 0.5: it must be a whole number'],
    ['deblur PHOTOS --out OUT --raduis 3', 'did you mean "--radius"?'],
    ['colourize PHOTOS --out OUT', 'did you mean "colorize"?'],
    ['combine PHOTOS --out OUT', 'alone: it needs A and B; for example npx pix2pix prepare combine'],
    ['crop EMPTY --out OUT', 'Cannot find train pairs'],
    ['crop PHOTOS --out OUT --size 16 --overlap 16', 'it must be less than --size 16'],
    ['split nowhere --out OUT', 'Cannot open the data folder "nowhere"'],
  ])('%s: %s', async (line, message) => {
    const folder = await photoFolder(2);
    await saveBytes(join(folder, 'empty/notes.txt'), 'mine');
    const places: Record<string, string> = { PHOTOS: 'photos', EMPTY: 'empty', OUT: 'out' };
    const words = line.split(' ').map(word => (places[word] ? join(folder, places[word]) : word));
    const { err, status } = await pix2pix('prepare', ...words);
    expect(err).toContain(message);
    expect(err.split('\n')).toHaveLength(1);
    expect(status).toBe(2);
    expect((await readdir(folder)).sort()).toEqual(['empty', 'photos']);
  });
});

describe('pix2pix inspect on data sets', () => {
  it('names problems with their files and mends into a new folder', async () => {
    const folder = await temporaryFolder();
    for (const i of [1, 2, 3]) await savePicture(join(folder, `d/train/${i}.png`), testPicture(32, 16, i));
    await saveBytes(join(folder, 'd/train/2.png'), 'no picture');
    const { out, status } = await pix2pix('inspect', join(folder, 'd'), '--fix', join(folder, 'mended'));
    expect(status).toBe(0);
    expect(out).toContain('1 file can’t be read');
    expect(out).toContain('d/train/2.png: it is not an image');
    expect(await readdir(join(folder, 'mended/train'))).not.toContain('2.png');
    const json = JSON.parse((await pix2pix('inspect', join(folder, 'd'), '--json')).out);
    expect(json.problems).toContainEqual(expect.objectContaining({ kind: 'unreadable', split: 'train' }));
    expect(json.splits.train.unreadable).toEqual([join(folder, 'd/train/2.png')]);
  });

  it.each([
    [['--fix', 'x', '--limit', '2'], 'Cannot use --limit with --fix'],
    [['--limit', '0'], 'Cannot use --limit 0'],
  ])('refuses %j', async (flags, message) => {
    const folder = await photoFolder(2);
    const { err, status } = await pix2pix('inspect', join(folder, 'photos'), ...flags);
    expect(err).toContain(message);
    expect(status).toBe(2);
  });

  it('refuses a contact sheet without readable pairs', async () => {
    const folder = await photoFolder(2);
    const { err } = await pix2pix('inspect', join(folder, 'photos'), '--sheet', join(folder, 'sheet.png'));
    expect(err).toContain('no pair can be read');
  });
});
