import { cp, mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { unzipSync } from 'fflate';
import sharp, { type Sharp } from 'sharp';
import { describe, expect, onTestFinished, test } from 'vitest';
import { formOf, plainBitmap, plainPicture, testedApp } from '../../../test/studio-app.ts';
import { decodeImage } from '../../images/decoding/decode.ts';
import { checkpointPath } from '../../runs/checkpoint/read.ts';
import { openTranslator } from '../../translate/translator.ts';
import type { PairView, Palette } from '../api.ts';

const server = testedApp();

describe('models', () => {
  test('return a pair with its translation and the discriminator’s rating of each patch', async () => {
    const view = await server.get<PairView>('/api/runs/model/pairs/test/1');
    expect(view.name).toBe('0002');
    const [map] = view.patches;
    expect(map!.target).toHaveLength(map!.height * map!.width);
    expect(map!.generated.every(value => value >= 0 && value <= 1)).toBe(true);
    expect(map!.generated).not.toEqual(map!.target);
    const condition = await server.app.inject('/api/runs/model/pairs/test/1/condition');
    expect(view.condition).toBe(`data:image/png;base64,${condition.rawPayload.toString('base64')}`);
    const first = await server.get<PairView>('/api/runs/model/pairs/test/1?step=8');
    expect(first.generated).not.toBe(view.generated);
  });

  test('list no pairs of a split that their data set does not have, and say which pairs there are', async () => {
    const lists = await Promise.all(
      ['runs/model', 'datasets/facades'].map(owner => server.get(`/api/${owner}/pairs?split=val`)),
    );
    for (const list of lists) expect(list).toEqual({ dataset: 'facades', split: 'val', names: [] });
    for (const [pair, reason] of [
      ['val/0', 'Cannot find pair 0 of data set "facades": it has no val pairs'],
      ['test/9', 'Cannot find pair 9 of data set "facades": its test pairs end at 2'],
    ])
      for (const place of [`runs/model/pairs/${pair}`, `runs/model/pairs/${pair}/condition`])
        expect(await server.get(`/api/${place}`, 404)).toEqual({ message: reason });
  });

  test('translate with the weights that a checkpoint has now', async () => {
    await server.train('replaced', { seed: 1 });
    const url = '/api/runs/replaced/pairs/test/0?step=16';
    const before = await server.get<PairView>(url);
    const other = await server.get<PairView>('/api/runs/model/pairs/test/0?step=16');
    expect(other.generated).not.toBe(before.generated);
    const [from, to] = ['model', 'replaced'].map(id => checkpointPath(join(server.folder, 'runs', id), 16));
    await rm(to!, { recursive: true });
    await cp(from!, to!, { recursive: true });
    expect((await server.get<PairView>(url)).generated).toBe(other.generated);
  });

  test('return the sides of a pair as in training: label maps without blended colours', async () => {
    await server.train('small', { size: [64, 64], epochs: 1 });
    const view = await server.get<PairView>('/api/runs/small/pairs/test/0');
    for (const part of ['condition', 'target'] as const) {
      const { rawPayload } = await server.app.inject(`/api/runs/small/pairs/test/0/${part}`);
      expect(`data:image/png;base64,${rawPayload.toString('base64')}`).toBe(view[part]);
    }
  });

  test('know the colours of their conditions by name', async () => {
    const palette = await server.get<Palette>('/api/runs/model/palette');
    expect(palette.kind).toBe('label map');
    expect(palette.colors).toContainEqual({ color: '#0030ff', name: 'facade' });
    await server.train('planes', {
      labels: {
        planes: true,
        palette: [
          [0, 48, 255],
          [9, 9, 9],
        ],
      },
      epochs: 1,
    });
    expect((await server.get<Palette>('/api/runs/planes/palette')).colors).toEqual([
      { color: '#0030ff', name: 'facade' },
      { color: '#090909', name: null },
    ]);
  });

  test('can be downloaded, and are not sent again to clients that have them', async () => {
    const model = await server.app.inject('/api/runs/model/model.safetensors?step=8');
    expect(model.headers['content-disposition']).toContain('model-8.safetensors');
    expect(model.rawPayload.length).toBe(Number(model.headers['content-length']));
    const again = await server.app.inject({
      url: '/api/runs/model/model.safetensors?step=8',
      headers: { 'if-none-match': String(model.headers.etag) },
    });
    expect(again.statusCode).toBe(304);
  });

  test('can be downloaded as ONNX files, which translate like the route', async () => {
    const path = join(server.folder, 'model.onnx');
    await writeFile(path, (await server.app.inject('/api/runs/model/model.onnx')).rawPayload);
    const translator = await openTranslator(path);
    expect(translator.description.input).toMatchObject({ type: 'uint8', layout: 'NHWC' });
    const image = await decodeImage(await plainPicture(32));
    const response = await server.send(
      '/api/runs/model/translate',
      formOf({ name: 'a.png', bytes: await plainPicture(32) }),
    );
    expect(await translator.translate(image)).toEqual(await decodeImage(response.rawPayload));
    await translator.close();
  });

  test('can be downloaded as ONNX files of an early step, though those of later ones are cached', async () => {
    const cache = join(server.folder, 'runs/.studio/model');
    await mkdir(cache, { recursive: true });
    for (const step of [91, 92, 93, 94]) await writeFile(join(cache, `${step}-1.onnx`), '');
    const response = await server.app.inject('/api/runs/model/model.onnx?step=8');
    expect(response.statusCode, response.body).toBe(200);
    expect((await readdir(cache)).map(name => name.split('-')[0])).toEqual(['8', '92', '93', '94']);
  });

  test('translate a picture of any size to a PNG of the same', async () => {
    const response = await server.send(
      '/api/runs/model/translate',
      formOf({ name: 'a.png', bytes: await plainPicture(50, 37) }),
    );
    expect(response.headers).toMatchObject({
      'content-type': 'image/png',
      'server-timing': /translate;dur=\d/,
    });
    expect(await sharp(response.rawPayload).metadata()).toMatchObject({ width: 50, height: 37 });
  });

  test('translate without a run if they come with the package', async () => {
    const url = '/api/models/emoji/translate';
    const response = await server.send(url, formOf({ name: 'a.png', bytes: await plainPicture(64) }));
    expect(response.statusCode, response.body).toBe(200);
    expect(await sharp(response.rawPayload).metadata()).toMatchObject({ width: 64, height: 64 });
  });

  test.each(Object.keys(formats))('translate a %s file like a PNG', async format => {
    const [name, encode] = formats[format]!;
    const bytes = await encode(sharp(await plainPicture(48, 40)));
    const url = '/api/runs/model/translate';
    const [one, other] = [
      await server.send(url, formOf({ name, bytes })),
      await server.send(url, formOf({ name: 'a.png', bytes: await plainPicture(48, 40) })),
    ];
    expect(one.statusCode, one.body).toBe(200);
    expect(one.rawPayload.equals(other.rawPayload)).toBe(true);
    const png = await server.send('/api/pictures', formOf({ name, bytes }));
    expect(png.headers['content-type']).toBe('image/png');
    expect(await decodeImage(png.rawPayload)).toEqual(await decodeImage(await plainPicture(48, 40)));
  });

  test.each([
    ['nothing', () => new FormData(), 400, /the form has none; add it as a file/],
    [
      'a text',
      () => formOf({ name: 'a.tif', bytes: Buffer.from('hello') }),
      400,
      /not an image in a supported/,
    ],
    [
      'a damaged TIFF file',
      () => formOf({ name: 'a.tif', bytes: Buffer.from('II*\0\x08\0\0\0') }),
      400,
      /Cannot decode "a.tif"/,
    ],
    [
      'a bitmap cut off',
      () => formOf({ name: 'a.bmp', bytes: plainBitmap(48, 40, blue).subarray(0, 999) }),
      400,
      /cut off|truncated|damaged/,
    ],
    [
      'a bitmap of 3.6 gigapixels',
      () => formOf({ name: 'a.bmp', bytes: hugeBitmap() }),
      400,
      /it is 60000×60000, and the limit is 16.8 million pixels/,
    ],
  ])('%s is not made a PNG', async (_, make, status, message) => {
    for (const url of ['/api/pictures', '/api/runs/model/translate']) {
      if (url !== '/api/pictures' && !make().has('files')) continue;
      const response = await server.send(url, make());
      expect(response.statusCode, response.body).toBe(status);
      expect(response.json().message).toMatch(message);
    }
  });

  test('translate several pictures to an archive, with an error text for a bad one', async () => {
    const bytes = await plainPicture(32);
    const response = await server.send(
      '/api/runs/model/translate',
      formOf(
        { name: 'a.png', bytes },
        { name: 'x/a.png', bytes },
        { name: 'bad.png', bytes: Buffer.from('no picture') },
      ),
    );
    expect(response.headers['content-type']).toBe('application/zip');
    const files = unzipSync(response.rawPayload);
    expect(Object.keys(files)).toEqual(['a.png', 'a-2.png', 'bad.txt']);
    expect((await sharp(files['a-2.png']!).metadata()).width).toBe(32);
    expect(Buffer.from(files['bad.txt']!).toString()).toMatch(/Cannot decode "bad.png"/);
  });

  test('translate several pictures to an archive of texts that say that the studio is busy', async () => {
    const busy = await server.open({ limits: { pendingTasks: 0 } });
    onTestFinished(() => busy.close());
    const bytes = await plainPicture(32);
    const form = formOf({ name: 'a.png', bytes }, { name: 'b.png', bytes });
    const response = await server.send('/api/runs/model/translate', form, busy);
    expect(response.statusCode, response.body).toBe(200);
    const files = unzipSync(response.rawPayload);
    expect(Object.keys(files)).toEqual(['a.txt', 'b.txt']);
    for (const text of Object.values(files))
      expect(Buffer.from(text).toString()).toMatch(/^The studio is busy: .*\n$/);
  });

  test.each([
    ['nothing', () => formOf(), /the form has no images; add them as files/],
    [
      'a text',
      () => formOf({ name: 'a.png', bytes: Buffer.from('hello') }),
      /not an image in a supported format/,
    ],
    [
      'an SVG',
      () => formOf({ name: 'a.svg', bytes: Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>') }),
      /not an image in a supported format/,
    ],
    [
      'a damaged picture',
      async () => formOf({ name: 'a.png', bytes: (await plainPicture(32)).subarray(0, 60) }),
      /Cannot decode "a.png"/,
    ],
  ])('refuse %s', async (_, make, message) => {
    const response = await server.send('/api/runs/model/translate', await make());
    expect(response.statusCode).toBe(400);
    expect(response.json().message).toMatch(message);
  });
});

const blue = [0x00, 0x30, 0xff] as const;

/** What writes a picture of one colour, 48×40, in formats that browsers may not read. */
const formats: Readonly<
  Record<string, readonly [name: string, encode: (picture: Sharp) => Promise<Buffer>]>
> = {
  BMP: ['a.bmp', async () => plainBitmap(48, 40, blue)],
  TIFF: ['a.tif', picture => picture.tiff({ compression: 'lzw' }).toBuffer()],
  WebP: ['a.webp', picture => picture.webp({ lossless: true }).toBuffer()],
  '16-bit PNG': [
    'a.png',
    async () => {
      const deep = Uint16Array.from({ length: 48 * 40 * 3 }, (_, i) => blue[i % 3]! * 257);
      const raw = { width: 48, height: 40, channels: 3 as const };
      return sharp(deep, { raw }).toColourspace('rgb16').png().toBuffer();
    },
  ],
};

function hugeBitmap(): Buffer {
  const bytes = plainBitmap(8, 8, blue);
  bytes.writeInt32LE(60_000, 18);
  bytes.writeInt32LE(60_000, 22);
  return bytes;
}
