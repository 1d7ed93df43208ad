import { readFile } from 'node:fs/promises';
import { request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { formOf } from './studio-hostile.ts';
import type { StudioProcess } from './studio-server.ts';

/** Clients at work, until they are told to stop. */
export interface Clients {
  /** What went wrong, and how often something went right. */
  readonly errors: string[];
  readonly done: () => number;
  stop(): Promise<void>;
}

/** Watches a run's events, as so many pages do. */
export function followers({ port }: StudioProcess, run: string, count: number): Clients {
  const errors: string[] = [];
  let messages = 0;
  let stopping = false;
  const connections = Array.from({ length: count }, () => {
    const sent = request({
      port,
      host: '127.0.0.1',
      path: `/api/runs/${run}/events?points=500`,
      agent: false,
    });
    sent.on('response', response => {
      if (response.statusCode !== 200) errors.push(`status ${response.statusCode}`);
      response.on('data', () => messages++);
      response.on('close', () => !stopping && errors.push('closed'));
      response.on('error', () => {});
    });
    sent.on('error', error => !stopping && errors.push(error.message));
    sent.end();
    return sent;
  });
  return {
    errors,
    done: () => messages,
    stop: async () => {
      stopping = true;
      for (const connection of connections) connection.destroy();
    },
  };
}

/** Clients that each translate a picture, again and again. */
export function translators(
  { url }: StudioProcess,
  run: string,
  count: number,
  picture: Uint8Array,
): Clients {
  const errors: string[] = [];
  let translated = 0;
  let stopping = false;
  const { headers, body } = formOf(picture, 'a.png');
  const work = Array.from({ length: count }, async () => {
    while (!stopping) {
      try {
        const response = await fetch(`${url}/api/runs/${run}/translate`, { method: 'POST', headers, body });
        const bytes = (await response.arrayBuffer()).byteLength;
        if (response.status !== 200 || bytes < 100) errors.push(`status ${response.status}`);
        else translated++;
      } catch (error) {
        errors.push(String(error));
        return;
      }
    }
  });
  return {
    errors,
    done: () => translated,
    stop: async () => {
      stopping = true;
      await Promise.all(work);
    },
  };
}

/** Milliseconds that `/health` takes, asked twenty times a second for a while; sorted. */
export async function healthTimes({ url }: StudioProcess, milliseconds: number): Promise<number[]> {
  const times: number[] = [];
  for (const end = performance.now() + milliseconds; performance.now() < end; ) {
    const started = performance.now();
    const response = await fetch(`${url}/health`);
    await response.text();
    if (response.status !== 200) throw new Error(`/health: ${response.status}`);
    times.push(performance.now() - started);
    await sleep(50);
  }
  return times.sort((a, b) => a - b);
}

/** Training steps a second over a while, counted in the run's log. */
export async function pace(log: string, milliseconds: number): Promise<number> {
  const count = async () => (await readFile(log, 'utf8')).split('{"type":"step"').length;
  const started = performance.now();
  const before = await count();
  await sleep(milliseconds);
  const after = await count();
  return (1000 * (after - before)) / (performance.now() - started);
}

/** Seconds of a processor that a process has taken so far. */
export async function processorOf(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'latin1');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const ticksInSecond = 100;
  return (Number(fields[11]) + Number(fields[12])) / ticksInSecond;
}

/** Resident memory of a process and those it has started, in MiB. */
export async function memoryOf(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'latin1');
  const own = Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024;
  const children = await readFile(`/proc/${pid}/task/${pid}/children`, 'latin1').catch(() => '');
  const below = children
    .split(' ')
    .filter(Boolean)
    .map(child => memoryOf(Number(child)).catch(() => 0));
  return own + (await Promise.all(below)).reduce((sum, each) => sum + each, 0);
}

export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
}

export function percentile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(Math.floor(sorted.length * share), sorted.length - 1)]!;
}
