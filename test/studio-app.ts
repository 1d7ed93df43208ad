import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LightMyRequestResponse } from 'fastify';
import sharp from 'sharp';
import { afterAll, beforeAll, expect } from 'vitest';
import type { RunDetail, RunSummary } from '../src/server/api.ts';
import { type AppOptions, createApp } from '../src/server/app.ts';
import type { App } from '../src/server/studio.ts';
import { openWorkspace } from '../src/server/workspace.ts';
import { tinyTraining, tinyWorkspace } from './studio-fixtures.ts';

/** The whole server, asked without a port; trainings run in this thread, as the sources can't start processes. */
export interface TestedApp {
  readonly folder: string;
  readonly app: App;
  /** An answer as JSON; fails for another status. */
  get<Body>(url: string, status?: number): Promise<Body>;
  post(url: string, payload?: object): Promise<LightMyRequestResponse>;
  /** Sends a form. @param to another server than this one */
  send(url: string, data: FormData, to?: App): Promise<LightMyRequestResponse>;
  /** Starts a training of the tiny model, and waits for its end. */
  train(name: string, config?: object): Promise<RunSummary>;
  until(id: string, holds: (run: RunSummary) => boolean): Promise<RunDetail>;
  /** Another server on the same workspace. */
  open(options: Partial<AppOptions>): Promise<App>;
}

/** A server for the tests of a file, with the run `model` of 16 steps; it must not have made mistakes in the end. */
export function testedApp(): TestedApp {
  const errors: unknown[] = [];
  let folder: string;
  let app: App;
  const open = async (options: Partial<AppOptions> = {}) =>
    createApp({
      workspace: openWorkspace(join(folder, 'runs'), folder),
      page: null,
      token: null,
      slots: 1,
      onError: error => errors.push(error),
      ...options,
    });
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'pix2pix-studio-'));
    await tinyWorkspace(folder);
    app = await open();
    await tested.train('model');
  });
  afterAll(async () => {
    await app.close();
    await rm(folder, { recursive: true });
    expect(errors).toEqual([]);
  });
  const tested: TestedApp = {
    get folder() {
      return folder;
    },
    get app() {
      return app;
    },
    open,
    get: async (url, status = 200) => {
      const response = await app.inject(url);
      expect(response.statusCode, response.body).toBe(status);
      return response.json();
    },
    post: async (url, payload) => app.inject({ method: 'POST', url, ...(payload && { payload }) }),
    send: async (url, data, to = app) => {
      // `inject` takes strings and buffers; fetch's own encoder makes them from forms.
      const encoded = new Response(data);
      return to.inject({
        method: 'POST',
        url,
        payload: Buffer.from(await encoded.arrayBuffer()),
        headers: { 'content-type': encoded.headers.get('content-type')! },
      });
    },
    train: async (name, config = {}) => {
      const started = await tested.post('/api/runs', {
        ...tinyTraining,
        name,
        config: { ...tinyTraining.config, ...config },
      });
      expect(started.statusCode, started.body).toBe(201);
      return tested.until(name, ({ status }) => !['queued', 'running', 'stopping'].includes(status));
    },
    until: async (id, holds) => {
      for (;;) {
        const run = await tested.get<RunDetail>(`/api/runs/${id}`);
        if (holds(run)) return run;
        await new Promise(resolve => setTimeout(resolve, 20));
      }
    },
  };
  return tested;
}

/** A form of files. */
export function formOf(...files: readonly { name: string; bytes: Uint8Array }[]): FormData {
  const data = new FormData();
  for (const { name, bytes } of files) data.append('files', new Blob([Buffer.from(bytes)]), name);
  return data;
}

/** A bitmap as Windows writes it, 24 bits, of one colour. */
export function plainBitmap(width: number, height: number, [red, green, blue]: readonly number[]): Buffer {
  const stride = Math.ceil((width * 3) / 4) * 4;
  const bytes = Buffer.alloc(54 + stride * height);
  bytes.write('BM');
  bytes.writeUInt32LE(54, 10);
  bytes.writeUInt32LE(40, 14);
  bytes.writeInt32LE(width, 18);
  bytes.writeInt32LE(height, 22);
  bytes.writeUInt16LE(1, 26);
  bytes.writeUInt16LE(24, 28);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) bytes.set([blue!, green!, red!], 54 + y * stride + x * 3);
  return bytes;
}

/** A PNG of one colour. */
export function plainPicture(width: number, height = width): Promise<Buffer> {
  return sharp({ create: { width, height, channels: 3, background: '#0030ff' } })
    .png()
    .toBuffer();
}
