import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { RunDetail, RunState } from '../src/server/api.ts';
import { temporaryFolder } from './data-fixtures.ts';
import { ask, askUntil, isBuilt, type StudioProcess, startCommand } from './reference/studio-server.ts';
import { tinyConfig, tinyWorkspace } from './studio-fixtures.ts';

async function start(folder: string, ...args: string[]): Promise<StudioProcess> {
  const server = await startCommand(folder, ...args);
  onTestFinished(() => server.stop('SIGKILL'));
  return server;
}

async function workspace(): Promise<string> {
  const folder = await temporaryFolder();
  await tinyWorkspace(folder);
  return folder;
}

const training = (name: string, epochs: number) => ({
  name,
  dataset: 'facades',
  config: { ...tinyConfig, epochs, minutes: null },
});
const isOver = ({ status }: RunState) => status !== 'running';
const weightsOf = async ({ url }: StudioProcess, id: string) =>
  Buffer.from(await (await fetch(`${url}/api/runs/${id}/model.safetensors`)).arrayBuffer());

describe.skipIf(!isBuilt)('pix2pix studio (needs "npm run build")', { timeout: 300_000 }, () => {
  test('a folder of runs that did not exist is made, with a note', async () => {
    const folder = await temporaryFolder();
    const server = await start(folder, 'rusn');
    await server.stop();
    expect(server.errors.join('')).toBe('Note: "rusn" did not exist; it is now an empty folder for runs\n');
  });

  test('after a kill during training, the run can be resumed with the same result', async () => {
    const folder = await workspace();
    const first = await start(folder);
    await ask(first, '/api/runs', training('whole', 12));
    const whole = await askUntil<RunDetail>(first, '/api/runs/whole', isOver);
    expect(whole.status).toBe('finished');
    await ask(first, '/api/runs', training('killed', 12));
    await askUntil<RunDetail>(first, '/api/runs/killed', ({ checkpoint }) => checkpoint !== null);
    await first.stop('SIGKILL');

    const second = await start(folder);
    const killed = await askUntil<RunDetail>(second, '/api/runs/killed', isOver);
    expect(killed).toMatchObject({ status: 'interrupted', actions: ['resume', 'branch'] });
    expect(killed.step).toBeLessThan(whole.step);
    await ask(second, '/api/runs/killed/resume', 'post');
    const resumed = await askUntil<RunDetail>(second, '/api/runs/killed', isOver);
    expect(resumed).toMatchObject({ status: 'finished', losses: whole.losses });
    expect((await weightsOf(second, 'killed')).equals(await weightsOf(second, 'whole'))).toBe(true);
    expect(await stepsIn(join(folder, 'runs/killed'))).toEqual(await stepsIn(join(folder, 'runs/whole')));
  });

  test('a run that another process trains can be watched but not changed, and is saved when that process ends', async () => {
    const folder = await workspace();
    const [trainer, watcher] = [await start(folder), await start(folder)];
    await ask(trainer, '/api/runs', training('other', 100_000));
    await askUntil<RunDetail>(trainer, '/api/runs/other', ({ step }) => step > 3);
    const run = await ask<RunDetail>(watcher, '/api/runs/other');
    expect(run).toMatchObject({ status: 'running', message: 'Another process is training this run' });
    await expect(ask(watcher, '/api/runs/other/stop', 'post')).rejects.toThrow(/409/);
    await expect(ask(watcher, '/api/runs/other/resume', 'post')).rejects.toThrow(/409/);
    await ask(trainer, '/api/runs/other/stop', 'post');
    for (const server of [watcher, trainer])
      await askUntil<RunDetail>(server, '/api/runs/other', ({ status }) => status === 'stopped');

    await ask(trainer, '/api/runs/other/resume', 'post');
    await askUntil<RunDetail>(trainer, '/api/runs/other', ({ step }) => step > run.step + 3);
    await trainer.stop('SIGHUP'); // as when its terminal is closed
    expect(trainer.child.exitCode).toBe(0);
    expect(trainer.errors).toEqual([]);
    const stopped = await ask<RunDetail>(watcher, '/api/runs/other');
    expect(stopped).toMatchObject({ status: 'stopped', checkpoint: stopped.step });
  });

  test('other machines need a token; a port in use is refused in one line', async () => {
    const folder = await workspace();
    const server = await start(folder, '--host', '0.0.0.0', '--token', 'secret');
    expect(server.url).toContain('?token=secret');
    const base = `http://127.0.0.1:${server.port}`;
    expect((await fetch(`${base}/api/runs`)).status).toBe(401);
    const headers = { authorization: 'Bearer secret' };
    expect((await fetch(`${base}/api/runs`, { headers })).status).toBe(200);
    await expect(startCommand(folder, '--port', String(server.port))).rejects.toThrow(
      /^The server did not start: Cannot listen on 127\.0\.0\.1:\d+: the port is in use; --port 0 takes any free one\n$/,
    );
  });
});

/** Losses of each step of a run's log. */
async function stepsIn(runFolder: string): Promise<unknown[]> {
  const lines = (await readFile(join(runFolder, 'log.jsonl'), 'utf8')).trim().split('\n');
  return lines
    .map(line => JSON.parse(line) as Record<string, unknown>)
    .filter(({ type }) => type === 'step')
    .map(({ step, generatorLoss, discriminatorLoss }) => ({ step, generatorLoss, discriminatorLoss }));
}
