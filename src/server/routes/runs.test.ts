import { appendFile, cp, readFile, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { testedApp } from '../../../test/studio-app.ts';
import { tinyTraining } from '../../../test/studio-fixtures.ts';
import { exists } from '../../files/folder.ts';
import { checkpointPath } from '../../runs/checkpoint/read.ts';
import { identityOf, lockPath } from '../../runs/lock.ts';
import type { PairView, RunDetail, RunList } from '../api.ts';

const server = testedApp();

describe('runs', () => {
  test('are listed with their status', async () => {
    const { runs } = await server.get<RunList>('/api/runs');
    expect(runs.map(({ id }) => id)).toContain('model');
    const run = runs.find(({ id }) => id === 'model')!;
    expect(run).toMatchObject({
      status: 'finished',
      preset: 'lite',
      dataset: 'facades',
      step: 16,
      totalSteps: 16,
      checkpoint: 16,
    });
    expect(run.losses!.generator).toBeGreaterThan(0);
    expect(run.sample).toMatchObject({ name: '1.png', kind: 'grid', epoch: 1 });
  });

  test('return their config, pictures and checkpoints', async () => {
    const run = await server.get<RunDetail>('/api/runs/model');
    expect(run.config.size).toEqual([32, 32]);
    expect(run.samples.map(({ name }) => name)).toEqual(['pair.png', '0.png', '1.png']);
    expect(run.checkpoints.map(({ step }) => step)).toEqual([8, 16]);
    for (const { url } of run.samples) {
      const image = await server.app.inject(url);
      expect(image.headers['content-type']).toBe('image/png');
      expect((await sharp(image.rawPayload).metadata()).format).toBe('png');
    }
  });

  test('send their log as events, from any position', async () => {
    const whole = eventsIn((await server.app.inject('/api/runs/model/events?follow=false')).body);
    const log = (await readFile(join(server.folder, 'runs/model/log.jsonl'), 'utf8')).trim().split('\n');
    expect(whole.filter(({ event }) => event === 'message').map(({ data }) => data)).toEqual(log);
    const middle = whole[Math.floor(whole.length / 2)]!;
    const rest = await server.app.inject({
      url: '/api/runs/model/events?follow=false',
      headers: { 'last-event-id': middle.id! },
    });
    const taken = eventsIn(rest.body).filter(({ event }) => event === 'message');
    expect(taken).toEqual(whole.slice(whole.indexOf(middle) + 1).filter(({ event }) => event === 'message'));
    const from = await server.app.inject(`/api/runs/model/events?follow=false&from=${middle.id}`);
    expect(eventsIn(from.body)).toEqual(eventsIn(rest.body));
  });

  test('that another process trains are followed to their end', async () => {
    const folder = join(server.folder, 'runs/elsewhere');
    await cp(join(server.folder, 'runs/model'), folder, { recursive: true });
    const log = join(folder, 'log.jsonl');
    const lines = (await readFile(log, 'utf8')).trim().split('\n');
    await writeFile(log, `${lines.slice(0, -1).join('\n')}\n`);
    const process = identityOf(globalThis.process.pid);
    await writeFile(lockPath(folder), JSON.stringify({ ...process, host: hostname(), parent: process }));
    const response = await server.app.inject({ url: '/api/runs/elsewhere/events', payloadAsStream: true });
    let body = '';
    for await (const piece of response.stream()) {
      body += piece;
      if (body.includes('"status":"finished"')) break;
      if (!body.includes('caughtup') || !(await exists(lockPath(folder)))) continue;
      await rm(lockPath(folder));
      await appendFile(log, `${lines.at(-1)}\n`);
    }
    const states = eventsIn(body).filter(({ event }) => event === 'status');
    expect(states.map(({ data }) => JSON.parse(data))).toEqual([
      { status: 'running', message: 'Another process is training this run', actions: ['branch'] },
      { status: 'finished', message: null, actions: ['branch'] },
    ]);
  });

  test('wait for each other, and can be stopped while they wait and while they train', async () => {
    const [long, next] = [
      await server.post('/api/runs', endless('long')),
      await server.post('/api/runs', endless('next')),
    ];
    expect([long.json().status, next.json().status]).toEqual(['running', 'queued']);
    expect((await server.get<{ queued: string[] }>('/api/machine')).queued).toEqual(['next']);
    const { status, actions } = (await server.post('/api/runs/next/stop')).json();
    expect({ status, actions }).toEqual({ status: 'stopped', actions: [] });
    expect(await exists(join(server.folder, 'runs/next'))).toBe(false);
    expect((await server.post('/api/runs/next/resume')).statusCode).toBe(409);
    await server.until('long', ({ step }) => step > 3);
    expect((await server.post('/api/runs/long/stop')).json()).toMatchObject({
      status: 'stopping',
      actions: [],
    });
    const stopped = await server.until('long', ({ status }) => status === 'stopped');
    expect(stopped.checkpoint).toBe(stopped.step);
  });

  test('can be paused, which lets the next one train, and continued', async () => {
    await server.post('/api/runs', endless('first'));
    await server.until('first', ({ step }) => step > 2);
    expect((await server.post('/api/runs/first/pause')).json()).toMatchObject({
      status: 'paused',
      actions: expect.arrayContaining(['resume', 'stop']),
    });
    const other = await server.train('other');
    expect(other.status).toBe('finished');
    const paused = (await server.get<RunDetail>('/api/runs/first')).step;
    expect((await server.post('/api/runs/first/resume')).json()).toMatchObject({ status: 'running' });
    await server.until('first', ({ step }) => step > paused + 1);
    await server.post('/api/runs/first/stop');
    await server.until('first', ({ status }) => status === 'stopped');
  });

  test('that were stopped can be resumed, with the same result as without the stop', async () => {
    const epochs = { epochs: 4 };
    const whole = await server.train('whole', epochs);
    await server.post('/api/runs', {
      ...tinyTraining,
      name: 'halved',
      config: { ...tinyTraining.config, ...epochs },
    });
    await server.until('halved', ({ step }) => step >= 5);
    await server.post('/api/runs/halved/stop');
    const stopped = await server.until('halved', ({ status }) => status === 'stopped');
    expect(stopped.step).toBeLessThan(32);
    expect(stopped.actions).toContain('resume');
    expect((await server.post('/api/runs/halved/resume')).json()).toMatchObject({ status: 'running' });
    const resumed = await server.until('halved', ({ status }) => status === 'finished');
    expect(resumed.losses).toEqual(whole.losses);
    const weights = async (id: string) =>
      (await server.app.inject(`/api/runs/${id}/model.safetensors`)).rawPayload;
    expect((await weights('halved')).equals(await weights('whole'))).toBe(true);
    expect((await server.post('/api/runs/halved/resume')).statusCode).toBe(409);
  });

  test('can be branched: a new run starts from a checkpoint, with the requested changes', async () => {
    const changes = {
      name: 'branch',
      checkpoint: 16,
      config: { epochs: 1, steps: 1, optimizer: { learningRate: 1e-9 } },
    };
    const started = await server.post('/api/runs/model/branch', changes);
    expect(started.statusCode, started.body).toBe(201);
    const branch = await server.until('branch', ({ status }) => status === 'finished');
    expect(branch).toMatchObject({ dataset: 'facades', step: 1 });
    const [own, parent] = [
      await server.get<PairView>('/api/runs/branch/pairs/test/0'),
      await server.get<PairView>('/api/runs/model/pairs/test/0?step=16'),
    ];
    expect(own.generated).toBe(parent.generated);
    expect((await server.post('/api/runs/model/branch', { checkpoint: 3 })).statusCode).toBe(404);
  });

  test('can be branched while others train, though the checkpoint is removed before the branch starts', async () => {
    const parent = await server.train('parent');
    await server.post('/api/runs', endless('busy'));
    const branched = await server.post('/api/runs/parent/branch', {
      name: 'waiting',
      config: { epochs: 1, steps: 1, optimizer: { learningRate: 1e-9 } },
    });
    expect(branched.json()).toMatchObject({ status: 'queued' });
    const before = await server.get<PairView>('/api/runs/parent/pairs/test/0');
    await rm(checkpointPath(join(server.folder, 'runs/parent'), parent.step), { recursive: true });
    await server.post('/api/runs/busy/stop');
    await server.until('waiting', ({ status }) => status === 'finished');
    const after = await server.get<PairView>('/api/runs/waiting/pairs/test/0');
    expect(after.generated).toBe(before.generated);
  });

  test.each([
    ['/api/runs/nothing', 404, /Cannot find run "nothing"/],
    ['/api/runs/model/samples/9.png', 404, /Cannot find image/],
    ['/api/runs/model/samples/config.json', 400, /Cannot use/],
    ['/api/runs/model/model.safetensors?step=7', 404, /it has those after 8, 16/],
    ['/api/runs/model/model.safetensors?step=-1', 400, /Cannot use/],
    ['/api/runs/model/pairs/test/99', 404, /its test pairs end at 2/],
    ['/api/nothing', 404, /Cannot find GET/],
  ])('%s is refused with %i', async (url, status, message) => {
    expect((await server.get<{ message: string }>(url, status)).message).toMatch(message);
  });

  test.each([
    [409, /a run with that name exists/, { ...tinyTraining, name: 'model' }],
    [400, /Cannot use body "name"/, { ...tinyTraining, name: '../elsewhere' }],
    [400, /Cannot name a run "samples": the studio would not list it/, { ...tinyTraining, name: 'samples' }],
    [404, /Cannot find data set/, { ...tinyTraining, dataset: 'nothing' }],
    [400, /did you mean "paper"/, { ...tinyTraining, config: { preset: 'papr' } }],
    [400, /Cannot fill a batch of 100/, { ...tinyTraining, config: { batchSize: 100 } }],
    [400, /unknown option "wings"/, { ...tinyTraining, config: { __proto__: null, wings: 2 } }],
    [400, /Cannot use body "dataset"/, {}],
  ])('a request is refused with %i, %s', async (status, message, request) => {
    const response = await server.post('/api/runs', request);
    expect(response.statusCode).toBe(status);
    expect(response.json().message).toMatch(message);
    expect(response.body).not.toContain(server.folder);
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
