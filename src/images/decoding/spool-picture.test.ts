import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  createSamples,
  type Depth,
  type Image,
  joinRows,
  type RowSource,
  rowsOf,
  type Samples,
} from '../../core/image.ts';
import { Random } from '../../core/random.ts';
import { encodePng, writePicture, writeRows } from '../encoding/encode.ts';
import { decodePicture } from './decode.ts';
import { readFileHeader } from './image-header.ts';
import { canSpool, spoolPicture } from './spool-picture.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'spool-'));
});
afterAll(() => rm(folder, { recursive: true }));

function noise(channels: number, depth: Depth, width = 300, height = 90): Image<Samples> {
  const random = Random.fromSeed(channels);
  const data = createSamples(depth, width * height * channels);
  data.forEach((_, i) => {
    data[i] = depth === 32 ? random.uniform() : random.integer(2 ** depth);
  });
  return { width, height, channels, data };
}

async function* stripsOf(source: RowSource, rows: number) {
  for (let top = 0; top < source.height; top += rows) {
    yield await source.read(top, Math.min(rows, source.height - top));
  }
}

async function spooled(path: string, columns = { left: 0, width: 300 }): Promise<Image<Samples>> {
  const header = (await readFileHeader(path))!;
  expect(canSpool(header)).toBe(true);
  const source = await spoolPicture(path, header, {
    // libvips remembers what it read at a path.
    spool: join(await mkdtemp(join(folder, 'spool-')), 'spool.tif'),
    columns,
    convert: ({ image }) => image,
  });
  return joinRows(source.height, stripsOf(source, 32));
}

/** Without a printout of every sample if they differ. */
function expectSame(image: Image<Samples>, wanted: Image<Samples>): void {
  const shapeOf = ({ data, ...shape }: Image<Samples>) => ({ ...shape, kind: data.constructor.name });
  expect(shapeOf(image)).toEqual(shapeOf(wanted));
  expect(image.data.findIndex((sample, i) => sample !== wanted.data[i])).toBe(-1);
}

const kinds = [1, 2, 3, 4].flatMap(channels => [8, 16].map(depth => [channels, depth] as [number, Depth]));

it.each(kinds)(
  'reads %i channels of %i bits by the strip as it reads them whole',
  async (channels, depth) => {
    const path = join(folder, `in-${channels}-${depth}.png`);
    await writePicture(path, noise(channels, depth));
    const { image } = await decodePicture(path);
    expect(image.channels).toBe(channels);
    expectSame(await spooled(path), image);
  },
);

it('turns pictures upright, and reads some of their columns', async () => {
  const path = join(folder, 'turned.jpg');
  await sharp(await encodePng(noise(3, 8, 90, 300)))
    .jpeg()
    .withMetadata({ orientation: 6 })
    .toFile(path);
  const { image } = await decodePicture(path);
  expectSame(await spooled(path), image);
  const right = await spooled(path, { left: 150, width: 150 });
  expect([...right.data.subarray(0, 450)]).toEqual([...image.data.subarray(450, 900)]);
});

it.each([
  ...kinds.map(kind => [...kind, 'png'] as const),
  ...kinds.map(kind => [...kind, 'tif'] as const),
  [5, 8, 'tif'],
  [3, 32, 'tif'],
] as const)('writes %i channels of %i bits by the strip: %s', async (channels, depth, format) => {
  const image = noise(channels, depth);
  const path = join(folder, `out-${channels}-${depth}.${format}`);
  await writeRows(path, 90, stripsOf(rowsOf(image), 40), folder);
  expectSame((await decodePicture(path)).image, image);
});

it('reports a damaged picture, and one too large for a TIFF file', async () => {
  const path = join(folder, 'cut.png');
  const bytes = await encodePng(noise(3, 8));
  await writeFile(path, bytes.subarray(0, bytes.length / 2));
  await expect(spooled(path)).rejects.toThrow(
    /^Cannot decode ".*cut.png": the PNG file is truncated or damaged after \d+ bytes/,
  );
  const row = { width: 40_000, height: 1, channels: 4, data: new Uint16Array(160_000) };
  const many = writeRows(join(folder, 'huge.tif'), 40_000, stripsOf(rowsOf(row), 1), folder);
  await expect(many).rejects.toThrow('a TIFF file holds at most 4 GB');
});
