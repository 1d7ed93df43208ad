import { mkdir, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { zipSync } from 'fflate';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { plainBitmap, plainPicture, testedApp } from '../../../test/studio-app.ts';
import type { DatasetDetail } from '../api.ts';

const server = testedApp();

describe('data sets', () => {
  test('are listed, and inspected', async () => {
    const { datasets } = await server.get<{ datasets: object[] }>('/api/datasets');
    expect(datasets).toContainEqual(
      expect.objectContaining({
        id: 'facades',
        pairs: { train: 8, val: 0, test: 3 },
        layout: 'side-by-side',
      }),
    );
    const detail = await server.get<DatasetDetail>('/api/datasets/facades');
    expect(detail.sides.b.kind).toBe('label map');
    expect(detail.advice).toBe('BtoA');
    expect((await sharp((await server.app.inject(detail.sheet)).rawPayload).metadata()).format).toBe('png');
    const side = await server.app.inject('/api/datasets/facades/pairs/test/0/b');
    expect(await sharp(side.rawPayload).metadata()).toMatchObject({ width: 32, height: 32 });
  });

  test('can be uploaded as archives, whose common folder is dropped', async () => {
    const pair = await plainPicture(16, 8);
    const files = {
      'mine/train/1.png': pair,
      'mine/train/2.png': pair,
      'mine/notes.txt': Buffer.from('x'),
      '__MACOSX/._1.png': pair,
    };
    const data = new FormData();
    data.append('name', 'zipped');
    data.append('files', new Blob([Buffer.from(zipSync(files))]), 'mine.zip');
    const response = await server.send('/api/datasets', data);
    expect(response.json()).toMatchObject({ id: 'zipped', pairs: { train: 2 } });
    expect((await readdir(join(server.folder, 'zipped'), { recursive: true })).sort()).toEqual([
      'train',
      'train/1.png',
      'train/2.png',
    ]);
  });

  test.each(['Berlin', 'Apples', 'testing'])(
    'can be uploaded as archives of a folder "%s", which is dropped',
    async name => {
      const files = { [`${name}/train/1.png`]: await plainPicture(16, 8) };
      const data = new FormData();
      data.append('name', `${name} archive`);
      data.append('files', new Blob([Buffer.from(zipSync(files))]), 'archive.zip');
      const response = await server.send('/api/datasets', data);
      expect(response.json(), response.body).toMatchObject({ pairs: { train: 1 } });
    },
  );

  test('are listed beside files of other programs', async () => {
    const folder = join(server.folder, 'website');
    await mkdir(folder);
    await writeFile(join(folder, 'manifest.json'), '{ "short_name": "A web app" }');
    const { datasets } = await server.get<{ datasets: { id: string }[] }>('/api/datasets');
    const ids = datasets.map(({ id }) => id);
    expect(ids).toContain('facades');
    expect(ids).not.toContain('website');
    expect((await server.app.inject('/api/datasets/website')).statusCode).toBe(404);
  });

  test('are surveyed again when images are added', async () => {
    const folder = join(server.folder, 'growing/train');
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, '1.png'), await plainPicture(16, 8));
    const sheet = async () => (await server.app.inject('/api/datasets/growing/sheet.png')).rawPayload;
    const before = await sheet();
    await writeFile(join(folder, '2.png'), await plainPicture(16, 8));
    expect((await sheet()).equals(before)).toBe(false);
  });

  test('of one name that are uploaded at the same time get different folders', async () => {
    const archive = zipSync({ 'train/1.png': await plainPicture(16, 8) });
    const uploads = Array.from({ length: 8 }, () => {
      const data = new FormData();
      data.append('name', 'twins');
      data.append('files', new Blob([Buffer.from(archive)]), 'archive.zip');
      return server.send('/api/datasets', data);
    });
    const ids = (await Promise.all(uploads)).map(response => response.json().id);
    const numbered = Array.from({ length: 7 }, (_, i) => `twins-${i + 2}`);
    expect(ids.sort()).toEqual(['twins', ...numbered]);
  });

  test('can be uploaded as folders of files', async () => {
    const data = new FormData();
    data.append('name', 'sides');
    for (const place of ['trainA/1.png', 'trainB/1.png'])
      data.append('files', new Blob([Buffer.from(await plainPicture(8))]), `sides/${place}`);
    expect((await server.send('/api/datasets', data)).json()).toMatchObject({
      id: 'sides',
      layout: 'two-folders',
      pairs: { train: 1 },
    });
  });

  test.each([
    ['CSV', 'pairs.csv', 'condition,target,split\nx/1.png,y/1.bmp,train\nx/2.png,y/2.bmp,test\n'],
    [
      'JSON',
      'pairs.json',
      '[{"condition":"x/1.png","target":"y/1.bmp"},{"condition":"x/2.png","target":"y/2.bmp","split":"test"}]',
    ],
  ])('come with a list of pairs in %s, whatever their folders are called', async (kind, list, text) => {
    const files = {
      [`mine/${list}`]: Buffer.from(text),
      'mine/x/1.png': await plainPicture(8),
      'mine/x/2.png': await plainPicture(8),
      'mine/y/1.bmp': plainBitmap(8, 8, [9, 9, 9]),
      'mine/y/2.bmp': plainBitmap(8, 8, [9, 9, 9]),
    };
    const zipped = new FormData();
    zipped.append('name', `zipped ${kind}`);
    zipped.append('files', new Blob([Buffer.from(zipSync(files))]), 'mine.zip');
    const dropped = new FormData();
    dropped.append('name', `dropped ${kind}`);
    for (const [path, bytes] of Object.entries(files)) dropped.append('files', new Blob([bytes]), path);
    for (const form of [zipped, dropped]) {
      const response = await server.send('/api/datasets', form);
      expect(response.json(), response.body).toMatchObject({
        id: form.get('name'),
        layout: 'manifest',
        pairs: { train: 1, val: 0, test: 1 },
      });
      const target = await server.app.inject(`/api/datasets/${form.get('name')}/pairs/test/0/b`);
      expect(await sharp(target.rawPayload).metadata()).toMatchObject({ width: 8, height: 8 });
    }
  });

  test.each([
    ['a name that leads elsewhere', '../x', { 'a.png': '' }, 400, /Cannot name a data set "..\/x"/],
    ['a hidden name', '.x', { 'a.png': '' }, 400, /Cannot name a data set/],
    ['a name that is not listed', 'samples', { 'a.png': '' }, 400, /"samples": the studio would not list it/],
    ['files that lead elsewhere', 'evil', { '../../evil.png': '' }, 400, /is outside its folder/],
    ['files with an absolute path', 'evil', { '/etc/evil.png': '' }, 400, /is outside its folder/],
    ['an archive without images', 'evil', { 'a.txt': 'x' }, 400, /holds no images/],
    [
      'a list of files elsewhere',
      'evil',
      { 'a.png': '', 'pairs.csv': 'condition,target\n../runs/model/samples/0.png,a.png\n' },
      400,
      /Cannot use line 2 of "pairs.csv": "..\/runs\/model\/samples\/0.png" is outside its folder/,
    ],
    [
      'a list of an absolute path',
      'evil',
      { 'a.png': '', 'pairs.csv': 'condition,target\n/etc/passwd,a.png\n' },
      400,
      /is outside its folder/,
    ],
    [
      'a list of what is not there',
      'evil',
      { 'a.png': '', 'pairs.json': '[{"condition":"a.png","target":"b.png"}]' },
      400,
      /Cannot use entry 1 of "pairs.json": there is no file "b.png"/,
    ],
    [
      'a list of pairs that is not valid JSON',
      'evil',
      { 'a.png': '', 'pairs.json': '{' },
      400,
      /Cannot read "pairs.json"/,
    ],
    [
      'a list alone',
      'evil',
      { 'pairs.csv': 'condition,target\n' },
      400,
      /Cannot make a data set without images/,
    ],
    [
      'no picture under a picture’s name',
      'evil',
      { 'a.png': 'x' },
      400,
      /not an image in a supported format/,
    ],
  ])('%s is refused, and nothing is left', async (_, name, files, status, message) => {
    const bytes = await plainPicture(16, 8);
    const packed = Object.fromEntries(
      Object.entries(files as Record<string, string>).map(([path, text]) => [
        path,
        text === '' ? bytes : Buffer.from(text),
      ]),
    );
    const before = await readdir(server.folder);
    const data = new FormData();
    data.append('name', name);
    data.append('files', new Blob([Buffer.from(zipSync(packed))]), 'a.zip');
    const response = await server.send('/api/datasets', data);
    expect(response.statusCode).toBe(status);
    expect(response.json().message).toMatch(message);
    expect(await readdir(server.folder)).toEqual(before);
  });

  test('are uploaded without lists of pairs that are not checked: below their root, and a second one', async () => {
    const data = new FormData();
    data.append('name', 'lists');
    const [own, outside] = ['a.png,a.png', '/etc/passwd,/etc/passwd'].map(
      row => `condition,target\n${row}\n`,
    );
    data.append('files', new Blob([await plainPicture(16, 8)]), 'mine/a.png');
    data.append('files', new Blob([outside!]), 'mine/sub/pairs.csv');
    data.append('files', new Blob([own!]), 'mine/pairs.csv');
    data.append('files', new Blob([outside!]), 'mine/manifest.csv');
    expect((await server.send('/api/datasets', data)).json()).toMatchObject({ id: 'lists' });
    expect((await readdir(join(server.folder, 'lists'), { recursive: true })).sort()).toEqual([
      'a.png',
      'pairs.csv',
    ]);
    for (const id of ['lists~sub', 'lists~manifest.csv']) await server.get(`/api/datasets/${id}`, 404);
  });

  test('take the next free name if theirs is taken', async () => {
    for (const id of ['twice', 'twice-2', 'twice-3']) {
      const data = new FormData();
      data.append('name', 'twice');
      data.append('files', new Blob([await plainPicture(16, 8)]), 'twice/a.png');
      const response = await server.send('/api/datasets', data);
      expect(response.statusCode, response.body).toBe(201);
      expect(response.json()).toMatchObject({ id });
    }
    const { datasets } = await server.get<{ datasets: { id: string }[] }>('/api/datasets');
    expect(datasets.map(({ id }) => id)).toEqual(expect.arrayContaining(['twice', 'twice-2', 'twice-3']));
  });

  test('pass over a part of the form without a file name', async () => {
    const part = (headers: string, content: string) =>
      `--edge\r\nContent-Disposition: form-data; ${headers}\r\n\r\n${content}\r\n`;
    const response = await server.app.inject({
      method: 'POST',
      url: '/api/datasets',
      headers: { 'content-type': 'multipart/form-data; boundary=edge' },
      payload: `${part('name="name"', 'nameless')}${part('name="files"\r\nContent-Type: application/octet-stream', 'x')}--edge--\r\n`,
    });
    expect(response.statusCode, response.body).toBe(400);
    expect(response.json().message).toMatch(/Cannot make a data set without images/);
  });

  test('are refused if their archive is damaged, and leave no files', async () => {
    const files = {
      'a.png': await plainPicture(16, 8),
      'pairs.csv': Buffer.from('condition,target\na.png,a.png\n'),
    };
    const packed = Buffer.from(zipSync(files, { level: 0 }));
    packed[packed.indexOf('condition,target') + 18]! ^= 1;
    const before = await readdir(server.folder);
    const data = new FormData();
    data.append('name', 'damaged');
    data.append('files', new Blob([packed]), 'a.zip');
    const response = await server.send('/api/datasets', data);
    expect(response.statusCode).toBe(400);
    expect(response.json().message).toBe(
      'Cannot unpack the archive: "pairs.csv" in it is damaged (wrong checksum); pack or send it again',
    );
    expect(await readdir(server.folder)).toEqual(before);
  });

  test('are refused if a file is too large, which stops the upload', async () => {
    const small = await server.open({ limits: { pictureBytes: 1000 } });
    try {
      const send = async (name: string, bytes: Buffer) => {
        const data = new FormData();
        data.append('name', 'large');
        data.append('files', new Blob([await plainPicture(16, 8)]), 'large/train/1.png');
        data.append('files', new Blob([bytes]), name);
        const encoded = new Response(data);
        return small.inject({
          method: 'POST',
          url: '/api/datasets',
          payload: Buffer.from(await encoded.arrayBuffer()),
          headers: { 'content-type': encoded.headers.get('content-type')! },
        });
      };
      const refused = await send('large/train/2.png', Buffer.alloc(2000));
      expect(refused.statusCode).toBe(413);
      expect(refused.json().message).toMatch(/^Cannot upload "large\/train\/2.png": it is larger than /);
      const ignored = await send('large/film.mp4', Buffer.alloc(2000));
      expect(ignored.json(), ignored.body).toMatchObject({ pairs: { train: 1 } });
    } finally {
      await small.close();
    }
  });

  test('are not read through links out of the workspace', async () => {
    await symlink('/etc', join(server.folder, 'outside'));
    await writeFile(join(server.folder, 'runs/model/samples/7.png'), '');
    await rm(join(server.folder, 'runs/model/samples/7.png'));
    await symlink('/etc/passwd', join(server.folder, 'runs/model/samples/7.png'));
    expect((await server.app.inject('/api/datasets/outside')).statusCode).toBe(404);
    expect((await server.app.inject('/api/runs/model/samples/7.png')).statusCode).toBe(404);
    await rm(join(server.folder, 'runs/model/samples/7.png'));
  });
});
