import { mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { unzipSync, zipSync } from 'fflate';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { tinyTraining, tinyWorkspace } from '../../test/studio-fixtures.ts';
import { decodeImage } from '../data/decode.ts';
import { openTranslator } from '../translate/translator.ts';
import type {
  DatasetDetail,
  Estimate,
  PairView,
  Palette,
  PresetList,
  RunDetail,
  RunList,
  RunSummary,
} from './api.ts';
import { createApp } from './app.ts';
import type { App } from './studio.ts';

// The whole server, asked without a port; trainings run in this thread, as the sources can't start processes.
let folder: string;
let app: App;
const errors: unknown[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pix2pix-studio-'));
  const workspace = await tinyWorkspace(folder);
  app = await createApp({
    workspace,
    page: null,
    token: null,
    slots: 1,
    onError: error => errors.push(error),
  });
  await train('model');
});
afterAll(async () => {
  await app.close();
  await rm(folder, { recursive: true });
  expect(errors).toEqual([]);
});

async function get<Body>(url: string, status = 200): Promise<Body> {
  const response = await app.inject(url);
  expect(response.statusCode, response.body).toBe(status);
  return response.json<Body>();
}

function post(url: string, payload?: object) {
  return app.inject({ method: 'POST', url, ...(payload && { payload }) });
}

/** Starts a training of the tiny model, and waits for its end. */
async function train(name: string, config: object = {}): Promise<RunSummary> {
  const started = await post('/api/runs', {
    ...tinyTraining,
    name,
    config: { ...tinyTraining.config, ...config },
  });
  expect(started.statusCode, started.body).toBe(201);
  return until(name, ({ status }) => !['queued', 'running', 'stopping'].includes(status));
}

async function until(id: string, holds: (run: RunSummary) => boolean): Promise<RunDetail> {
  for (;;) {
    const run = await get<RunDetail>(`/api/runs/${id}`);
    if (holds(run)) return run;
    await new Promise(resolve => setTimeout(resolve, 20));
  }
}

function form(...files: { name: string; bytes: Uint8Array; field?: string }[]) {
  const data = new FormData();
  for (const { name, bytes, field = 'files' } of files)
    data.append(field, new Blob([Buffer.from(bytes)]), name);
  return data;
}

/** `inject` takes strings and buffers; fetch's own encoder makes them from forms. */
async function send(url: string, data: FormData) {
  const encoded = new Response(data);
  return app.inject({
    method: 'POST',
    url,
    payload: Buffer.from(await encoded.arrayBuffer()),
    headers: { 'content-type': encoded.headers.get('content-type')! },
  });
}

const picture = (width: number, height = width) =>
  sharp({ create: { width, height, channels: 3, background: '#0030ff' } })
    .png()
    .toBuffer();

describe('runs', () => {
  test('are listed with what they have come to', async () => {
    const { runs } = await get<RunList>('/api/runs');
    expect(runs.map(({ id }) => id)).toContain('model');
    const run = runs.find(({ id }) => id === 'model')!;
    expect(run).toMatchObject({
      status: 'finished',
      preset: 'demo',
      dataset: 'facades',
      step: 16,
      totalSteps: 16,
      checkpoint: 16,
    });
    expect(run.losses!.generator).toBeGreaterThan(0);
    expect(run.sample).toMatchObject({ name: '1.png', kind: 'grid', epoch: 1 });
  });

  test('have a page each, with config, pictures and checkpoints', async () => {
    const run = await get<RunDetail>('/api/runs/model');
    expect(run.config.size).toEqual([32, 32]);
    expect(run.samples.map(({ name }) => name)).toEqual(['pair.png', '0.png', '1.png']);
    expect(run.checkpoints.map(({ step }) => step)).toEqual([8, 16]);
    for (const { url } of run.samples) {
      const image = await app.inject(url);
      expect(image.headers['content-type']).toBe('image/png');
      expect((await sharp(image.rawPayload).metadata()).format).toBe('png');
    }
  });

  test('tell their log as events that can be taken up anywhere', async () => {
    const whole = eventsIn((await app.inject('/api/runs/model/events?follow=false')).body);
    const log = (await readFile(join(folder, 'runs/model/log.jsonl'), 'utf8')).trim().split('\n');
    expect(whole.filter(({ event }) => event === 'message').map(({ data }) => data)).toEqual(log);
    const middle = whole[Math.floor(whole.length / 2)]!;
    const rest = await app.inject({
      url: '/api/runs/model/events?follow=false',
      headers: { 'last-event-id': middle.id! },
    });
    const taken = eventsIn(rest.body).filter(({ event }) => event === 'message');
    expect(taken).toEqual(whole.slice(whole.indexOf(middle) + 1).filter(({ event }) => event === 'message'));
    const from = await app.inject(`/api/runs/model/events?follow=false&from=${middle.id}`);
    expect(eventsIn(from.body)).toEqual(eventsIn(rest.body));
  });

  test('wait for each other, and can be stopped while they wait and while they train', async () => {
    const [long, next] = [await post('/api/runs', endless('long')), await post('/api/runs', endless('next'))];
    expect([long.json().status, next.json().status]).toEqual(['running', 'queued']);
    expect((await get<{ queued: string[] }>('/api/machine')).queued).toEqual(['next']);
    expect((await post('/api/runs/next/stop')).json()).toMatchObject({ status: 'stopped' });
    await until('long', ({ step }) => step > 3);
    expect((await post('/api/runs/long/stop')).json()).toMatchObject({ status: 'stopping', actions: [] });
    const stopped = await until('long', ({ status }) => status === 'stopped');
    expect(stopped.checkpoint).toBe(stopped.step);
  });

  test('can be paused, which lets the next one train, and go on', async () => {
    await post('/api/runs', endless('first'));
    await until('first', ({ step }) => step > 2);
    expect((await post('/api/runs/first/pause')).json()).toMatchObject({
      status: 'paused',
      actions: expect.arrayContaining(['resume', 'stop']),
    });
    const other = await train('other');
    expect(other.status).toBe('finished');
    const paused = (await get<RunDetail>('/api/runs/first')).step;
    expect((await post('/api/runs/first/resume')).json()).toMatchObject({ status: 'running' });
    await until('first', ({ step }) => step > paused + 1);
    await post('/api/runs/first/stop');
    await until('first', ({ status }) => status === 'stopped');
  });

  test('that were stopped go on from there, and end as if they never had been', async () => {
    const epochs = { epochs: 4 };
    const whole = await train('whole', epochs);
    await post('/api/runs', {
      ...tinyTraining,
      name: 'halved',
      config: { ...tinyTraining.config, ...epochs },
    });
    await until('halved', ({ step }) => step >= 5);
    await post('/api/runs/halved/stop');
    const stopped = await until('halved', ({ status }) => status === 'stopped');
    expect(stopped.step).toBeLessThan(32);
    expect(stopped.actions).toContain('resume');
    expect((await post('/api/runs/halved/resume')).json()).toMatchObject({ status: 'running' });
    const resumed = await until('halved', ({ status }) => status === 'finished');
    expect(resumed.losses).toEqual(whole.losses);
    const weights = async (id: string) => (await app.inject(`/api/runs/${id}/model.safetensors`)).rawPayload;
    expect((await weights('halved')).equals(await weights('whole'))).toBe(true);
    expect((await post('/api/runs/halved/resume')).statusCode).toBe(409);
  });

  test('can be branched: a new one starts from a checkpoint, with what it is told to change', async () => {
    const wish = {
      name: 'branch',
      checkpoint: 16,
      config: { epochs: 1, steps: 1, optimizer: { learningRate: 1e-9 } },
    };
    const started = await post('/api/runs/model/branch', wish);
    expect(started.statusCode, started.body).toBe(201);
    const branch = await until('branch', ({ status }) => status === 'finished');
    expect(branch).toMatchObject({ dataset: 'facades', step: 1 });
    const [own, parent] = [
      await get<PairView>('/api/runs/branch/pairs/test/0'),
      await get<PairView>('/api/runs/model/pairs/test/0?step=16'),
    ];
    expect(own.generated).toBe(parent.generated);
    expect((await post('/api/runs/model/branch', { checkpoint: 3 })).statusCode).toBe(404);
  });

  test.each([
    ['/api/runs/nothing', 404, /Cannot find run "nothing"/],
    ['/api/runs/model/samples/9.png', 404, /Cannot find picture/],
    ['/api/runs/model/samples/config.json', 400, /Cannot use/],
    ['/api/runs/model/model.safetensors?step=7', 404, /it has those after 8, 16/],
    ['/api/runs/model/model.safetensors?step=-1', 400, /Cannot use/],
    ['/api/runs/model/pairs/test/99', 404, /its test pairs end at 2/],
    ['/api/nothing', 404, /Cannot find GET/],
  ])('%s is refused with %i', async (url, status, message) => {
    expect((await get<{ message: string }>(url, status)).message).toMatch(message);
  });

  test.each([
    [{ ...tinyTraining, name: 'model' }, 409, /there is a run of that name/],
    [{ ...tinyTraining, name: '../elsewhere' }, 400, /Cannot use body "name"/],
    [{ ...tinyTraining, dataset: 'nothing' }, 404, /Cannot find data set/],
    [{ ...tinyTraining, config: { preset: 'papr' } }, 400, /did you mean "paper"/],
    [{ ...tinyTraining, config: { batchSize: 100 } }, 400, /Cannot fill a batch of 100/],
    [{ ...tinyTraining, config: { __proto__: null, wings: 2 } }, 400, /unknown option "wings"/],
    [{}, 400, /Cannot use body "dataset"/],
  ])('a wish that can’t be fulfilled is refused (%#)', async (wish, status, message) => {
    const response = await post('/api/runs', wish);
    expect(response.statusCode).toBe(status);
    expect(response.json().message).toMatch(message);
    expect(response.body).not.toContain(folder);
  });
});

const endless = (name: string) => ({
  ...tinyTraining,
  name,
  config: { ...tinyTraining.config, epochs: 1e5, minutes: null },
});

function eventsIn(body: string): { id: string | undefined; event: string; data: string }[] {
  return body
    .split('\n\n')
    .filter(block => block !== '' && !block.startsWith(':'))
    .map(block => {
      const fields = Object.fromEntries(
        block
          .split('\n')
          .map(line => [line.slice(0, line.indexOf(': ')), line.slice(line.indexOf(': ') + 2)]),
      );
      return { id: fields.id, event: fields.event ?? 'message', data: fields.data! };
    });
}

describe('models', () => {
  test('show a pair with its translation and what the discriminator takes each patch for', async () => {
    const view = await get<PairView>('/api/runs/model/pairs/test/1');
    expect(view.name).toBe('0002');
    const [map] = view.patches;
    expect(map!.target).toHaveLength(map!.height * map!.width);
    expect(map!.generated.every(value => value >= 0 && value <= 1)).toBe(true);
    expect(map!.generated).not.toEqual(map!.target);
    const condition = await app.inject('/api/runs/model/pairs/test/1/condition');
    expect(view.condition).toBe(`data:image/png;base64,${condition.rawPayload.toString('base64')}`);
    const first = await get<PairView>('/api/runs/model/pairs/test/1?step=8');
    expect(first.generated).not.toBe(view.generated);
  });

  test('know the colours of their conditions by name', async () => {
    const palette = await get<Palette>('/api/runs/model/palette');
    expect(palette.kind).toBe('label map');
    expect(palette.colors).toContainEqual({ color: '#0030ff', name: 'facade' });
  });

  test('can be downloaded, and are not sent again to who has them', async () => {
    const model = await app.inject('/api/runs/model/model.safetensors?step=8');
    expect(model.headers['content-disposition']).toContain('model-8.safetensors');
    expect(model.rawPayload.length).toBe(Number(model.headers['content-length']));
    const again = await app.inject({
      url: '/api/runs/model/model.safetensors?step=8',
      headers: { 'if-none-match': String(model.headers.etag) },
    });
    expect(again.statusCode).toBe(304);
  });

  test('come as ONNX files that say how to feed them, and do as translating does', async () => {
    const path = join(folder, 'model.onnx');
    await writeFile(path, (await app.inject('/api/runs/model/model.onnx')).rawPayload);
    const translator = await openTranslator(path);
    expect(translator.description.input).toMatchObject({ type: 'uint8', layout: 'NHWC' });
    const image = await decodeImage(await picture(32));
    const response = await send(
      '/api/runs/model/translate',
      form({ name: 'a.png', bytes: await picture(32) }),
    );
    expect(await translator.translate(image)).toEqual(await decodeImage(response.rawPayload));
    await translator.close();
  });

  test('translate a picture of any size to a PNG of the same', async () => {
    const response = await send(
      '/api/runs/model/translate',
      form({ name: 'a.png', bytes: await picture(50, 37) }),
    );
    expect(response.headers).toMatchObject({
      'content-type': 'image/png',
      'server-timing': /translate;dur=\d/,
    });
    expect(await sharp(response.rawPayload).metadata()).toMatchObject({ width: 50, height: 37 });
  });

  test('translate several to an archive, which says what is wrong with a bad one', async () => {
    const bytes = await picture(32);
    const response = await send(
      '/api/runs/model/translate',
      form(
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

  test.each([
    ['nothing', () => form(), /send pictures/],
    ['a text', () => form({ name: 'a.png', bytes: Buffer.from('hello') }), /no picture of a known format/],
    [
      'an SVG',
      () => form({ name: 'a.svg', bytes: Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>') }),
      /no picture of a known format/,
    ],
    [
      'a damaged picture',
      async () => form({ name: 'a.png', bytes: (await picture(32)).subarray(0, 60) }),
      /Cannot decode "a.png"/,
    ],
  ])('refuse %s', async (_, make, message) => {
    const response = await send('/api/runs/model/translate', await make());
    expect(response.statusCode).toBe(400);
    expect(response.json().message).toMatch(message);
  });
});

describe('KServe’s protocol', () => {
  const shape = [1, 32, 32, 3];
  const pixels = new Uint8Array(32 * 32 * 3).map((_, i) => i % 256);
  const url = '/v2/models/model/infer';

  test('says that it is ready, and what goes in and out', async () => {
    expect(await get('/v2/health/ready')).toEqual({ ready: true });
    expect(await get('/v2/models/model/versions/8/ready')).toMatchObject({ ready: true });
    expect(await get('/v2/models/model')).toMatchObject({
      versions: ['8', '16'],
      inputs: [{ name: 'condition', datatype: 'UINT8', shape: [-1, -1, -1, 3] }],
    });
  });

  test('infers from JSON and from binary tensors alike, and as translating does', async () => {
    const input = { name: 'condition', datatype: 'UINT8', shape };
    const plain = (await post(url, { id: 'x', inputs: [{ ...input, data: [...pixels] }] })).json();
    expect(plain).toMatchObject({ model_name: 'model', model_version: '16', id: 'x' });
    const header = Buffer.from(
      JSON.stringify({
        inputs: [{ ...input, parameters: { binary_data_size: pixels.length } }],
        outputs: [{ name: 'generated', parameters: { binary_data: true } }],
      }),
    );
    const binary = await app.inject({
      method: 'POST',
      url,
      payload: Buffer.concat([header, pixels]),
      headers: {
        'content-type': 'application/octet-stream',
        'inference-header-content-length': String(header.length),
      },
    });
    const length = Number(binary.headers['inference-header-content-length']);
    expect(JSON.parse(binary.rawPayload.toString('utf8', 0, length)).outputs[0].shape).toEqual(shape);
    expect([...binary.rawPayload.subarray(length)]).toEqual(plain.outputs[0].data);
    const png = await sharp(pixels, { raw: { width: 32, height: 32, channels: 3 } })
      .png()
      .toBuffer();
    const translated = await send('/api/runs/model/translate', form({ name: 'a.png', bytes: png }));
    expect([...(await sharp(translated.rawPayload).raw().toBuffer())]).toEqual(plain.outputs[0].data);
  });

  test.each([
    [{ inputs: [] }, /inputs/],
    [{ inputs: [{ name: 'x', datatype: 'UINT8', shape, data: [] }] }, /must be "condition"/],
    [{ inputs: [{ name: 'condition', datatype: 'FP32', shape, data: [] }] }, /must be UINT8/],
    [
      { inputs: [{ name: 'condition', datatype: 'UINT8', shape: [32, 32], data: [] }] },
      /must be \[N, H, W, 3\]/,
    ],
    [{ inputs: [{ name: 'condition', datatype: 'UINT8', shape, data: [1] }] }, /has 1 values/],
    [{ inputs: [{ name: 'condition', datatype: 'UINT8', shape, data: [...pixels].fill(256) }] }, /0 to 255/],
    [{ inputs: [{ name: 'condition', datatype: 'UINT8', shape: [1, 1e9, 1e9, 3], data: [1] }] }, /values/],
  ])('refuses a wrong request (%#)', async (request, message) => {
    const response = await post(url, request);
    expect(response.statusCode).toBe(400);
    expect(response.json().error).toMatch(message);
  });
});

describe('data sets', () => {
  test('are listed, and inspected', async () => {
    const { datasets } = await get<{ datasets: object[] }>('/api/datasets');
    expect(datasets).toContainEqual(
      expect.objectContaining({
        id: 'facades',
        pairs: { train: 8, val: 0, test: 3 },
        layout: 'side-by-side',
      }),
    );
    const detail = await get<DatasetDetail>('/api/datasets/facades');
    expect(detail.sides.b.kind).toBe('label map');
    expect(detail.advice).toBe('BtoA');
    expect((await sharp((await app.inject(detail.sheet)).rawPayload).metadata()).format).toBe('png');
    const side = await app.inject('/api/datasets/facades/pairs/test/0/b');
    expect(await sharp(side.rawPayload).metadata()).toMatchObject({ width: 32, height: 32 });
  });

  test('come as archives, whose wrapping folder is left away', async () => {
    const pair = await picture(16, 8);
    const files = {
      'mine/train/1.png': pair,
      'mine/train/2.png': pair,
      'mine/notes.txt': Buffer.from('x'),
      '__MACOSX/._1.png': pair,
    };
    const data = new FormData();
    data.append('name', 'zipped');
    data.append('files', new Blob([Buffer.from(zipSync(files))]), 'mine.zip');
    const response = await send('/api/datasets', data);
    expect(response.json()).toMatchObject({ id: 'zipped', pairs: { train: 2 } });
    expect((await readdir(join(folder, 'zipped'), { recursive: true })).sort()).toEqual([
      'train',
      'train/1.png',
      'train/2.png',
    ]);
  });

  test('come as folders of files', async () => {
    const data = new FormData();
    data.append('name', 'sides');
    for (const place of ['trainA/1.png', 'trainB/1.png'])
      data.append('files', new Blob([Buffer.from(await picture(8))]), `sides/${place}`);
    expect((await send('/api/datasets', data)).json()).toMatchObject({
      id: 'sides',
      layout: 'two-folders',
      pairs: { train: 1 },
    });
  });

  test.each([
    ['a name that is taken', 'facades', { 'a.png': '' }, 409, /there is a folder of that name/],
    ['a name that leads elsewhere', '../x', { 'a.png': '' }, 400, /Cannot call a data set "..\/x"/],
    ['a hidden name', '.x', { 'a.png': '' }, 400, /Cannot call a data set/],
    ['files that lead elsewhere', 'evil', { '../../evil.png': '' }, 400, /leads out of its folder/],
    ['files with an absolute path', 'evil', { '/etc/evil.png': '' }, 400, /leads out of its folder/],
    ['an archive without pictures', 'evil', { 'a.txt': 'x' }, 400, /holds no pictures/],
    ['no picture under a picture’s name', 'evil', { 'a.png': 'x' }, 400, /no picture of a known format/],
  ])('%s is refused, and nothing is left', async (_, name, files, status, message) => {
    const bytes = await picture(16, 8);
    const packed = Object.fromEntries(
      Object.entries(files as Record<string, string>).map(([path, text]) => [
        path,
        text === '' ? bytes : Buffer.from(text),
      ]),
    );
    const before = await readdir(folder);
    const data = new FormData();
    data.append('name', name);
    data.append('files', new Blob([Buffer.from(zipSync(packed))]), 'a.zip');
    const response = await send('/api/datasets', data);
    expect(response.statusCode).toBe(status);
    expect(response.json().message).toMatch(message);
    expect(await readdir(folder)).toEqual(before);
  });

  test('links out of the workspace lead nowhere', async () => {
    await symlink('/etc', join(folder, 'outside'));
    await writeFile(join(folder, 'runs/model/samples/7.png'), '');
    await rm(join(folder, 'runs/model/samples/7.png'));
    await symlink('/etc/passwd', join(folder, 'runs/model/samples/7.png'));
    expect((await app.inject('/api/datasets/outside')).statusCode).toBe(404);
    expect((await app.inject('/api/runs/model/samples/7.png')).statusCode).toBe(404);
    await rm(join(folder, 'runs/model/samples/7.png'));
  });
});

describe('what a new run is made of', () => {
  test('presets, their schema and their fields', async () => {
    const { presets, schema, fields } = await get<PresetList>('/api/presets');
    expect(Object.keys(presets)).toContain('paper');
    expect(schema).toHaveProperty('properties.generator.properties.filters');
    expect(fields).toContainEqual(
      expect.objectContaining({ flag: 'batch-size', path: ['batchSize'], kind: 'number' }),
    );
  });

  test('an estimate, from steps that were timed where asked for', async () => {
    const estimate = (await post('/api/estimate?measure=true', tinyTraining)).json<Estimate>();
    expect(estimate).toMatchObject({ stepsPerEpoch: 8, totalSteps: 16 });
    expect(estimate.seconds).toBeCloseTo(16 * estimate.secondsPerStep!);
    expect(estimate.secondsPerStep).toBeGreaterThan(0);
    expect(estimate.parameters.generator).toBeGreaterThan(100);
    expect((await post('/api/estimate', tinyTraining)).json<Estimate>().seconds).toBeNull();
  });
});

describe('strangers', () => {
  test.each([
    ['another host', { host: 'evil.example' }, 421],
    ['a page elsewhere', { origin: 'http://evil.example' }, 403],
    ['a sandboxed page', { origin: 'null' }, 403],
    ['an image elsewhere', { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' }, 403],
    [
      'the page itself',
      { origin: 'http://localhost:4173', host: 'localhost:4173', 'sec-fetch-site': 'same-origin' },
      200,
    ],
    ['a link elsewhere', { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' }, 200],
  ])('%s', async (_, headers, status) => {
    expect((await app.inject({ url: '/api/runs', headers })).statusCode).toBe(status);
  });

  test('every answer forbids what the page does not need', async () => {
    for (const url of ['/health', '/api/nothing', '/']) {
      const { headers } = await app.inject(url);
      expect(headers['content-security-policy']).toContain("default-src 'none'");
      expect(headers['cross-origin-embedder-policy']).toBe('require-corp');
      expect(headers['x-content-type-options']).toBe('nosniff');
    }
  });

  test('with a token, nothing answers without it', async () => {
    const workspace = { runs: join(folder, 'runs'), data: folder };
    const guarded = await createApp({
      workspace,
      page: null,
      token: 'secret',
      slots: 1,
      onError: error => errors.push(error),
    });
    const status = async (url: string, headers = {}) => (await guarded.inject({ url, headers })).statusCode;
    expect(await status('/health')).toBe(200);
    for (const url of [
      '/',
      '/api/runs',
      '/metrics',
      '/v2',
      '/api/docs',
      '/ort/ort.wasm.min.mjs',
      '/api/runs?token=wrong',
      '/nothing',
    ]) {
      expect(await status(url), url).toBe(401);
    }
    expect(await status('/api/runs', { authorization: 'Bearer wrong' })).toBe(401);
    expect(await status('/api/runs', { authorization: 'Bearer secret', host: 'studio.example' })).toBe(200);
    const entry = await guarded.inject('/?token=secret');
    expect(entry.statusCode).toBe(302);
    const cookie = String(entry.headers['set-cookie']);
    expect(cookie).toMatch(/HttpOnly; SameSite=Strict/);
    expect(await status('/api/runs', { cookie: cookie.split(';')[0] })).toBe(200);
    expect(await status('/api/runs', { cookie: 'pix2pix-token=%E0%A4%A' })).toBe(401);
    await guarded.close();
  });

  test('too many requests are refused', async () => {
    const workspace = { runs: join(folder, 'runs'), data: folder };
    const limited = await createApp({
      workspace,
      page: null,
      token: null,
      slots: 1,
      limits: { requestsPerMinute: 3 },
      onError: error => errors.push(error),
    });
    const statuses = [];
    for (let i = 0; i < 5; i++) statuses.push((await limited.inject('/health')).statusCode);
    expect(statuses).toEqual([200, 200, 200, 429, 429]);
    await limited.close();
  });
});

test('the interface describes itself, and its numbers are there for Prometheus', async () => {
  const { paths } = await get<{ paths: object }>('/api/openapi.json');
  expect(Object.keys(paths)).toEqual(
    expect.arrayContaining(['/api/runs', '/api/runs/{id}/translate', '/v2/models/{name}/infer']),
  );
  expect((await app.inject('/api/docs')).body).toContain('POST /api/datasets');
  expect((await app.inject('/metrics')).body).toMatch(/pix2pix_trainings\{status="running"\} 0/);
});
