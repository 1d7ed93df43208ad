import { appendFile, mkdir, rmdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { temporaryFolder } from '../../../test/data-fixtures.ts';
import type { TrainEvent } from '../../runs/events.ts';
import { eventStream } from './event-stream.ts';
import { LogTail } from './log-tail.ts';

const state = async () => ({ status: 'running' as const, message: null, actions: [] });
const lines = (from: number, to: number, padding = '') =>
  Array.from(
    { length: to - from },
    (_, i) => `${JSON.stringify({ type: 'step', step: from + i, padding })}\n`,
  ).join('');

interface Message {
  readonly id: number | undefined;
  readonly event: string;
  readonly step: number;
}

/** Follows as a client does, until `holds`, and then leaves. */
async function follow(tail: LogTail, from: number, holds: (got: readonly Message[]) => boolean) {
  const gone = new AbortController();
  onTestFinished(() => gone.abort());
  const got: Message[] = [];
  for await (const piece of eventStream(tail, state, {
    from,
    points: undefined,
    follow: true,
    signal: gone.signal,
  })) {
    for (const block of String(piece).split('\n\n').filter(Boolean)) got.push(messageIn(block));
    if (holds(got)) break;
  }
  gone.abort();
  return got;
}

function messageIn(block: string): Message {
  const field = (name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(block)?.[1];
  const id = field('id');
  return {
    id: id === undefined ? undefined : Number(id),
    event: field('event') ?? 'message',
    step: (JSON.parse(field('data') ?? '{}') as { step?: number }).step ?? -1,
  };
}

const stepsOf = (got: readonly Message[]) => got.filter(({ step }) => step >= 0).map(({ step }) => step);
const counting = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);

test('clients that disconnect and reconnect repeatedly get every line once', async () => {
  const path = join(await temporaryFolder(), 'log.jsonl');
  const tail = new LogTail(path);
  const got: Message[] = [];
  for (let visit = 0; visit < 8; visit++) {
    await appendFile(path, lines(visit * 20, visit * 20 + 20));
    const most = 3 + visit * 15;
    const from = got.findLast(({ id }) => id !== undefined)?.id ?? 0;
    const some = await follow(tail, from, all => stepsOf(all).length >= Math.min(most, 20));
    got.push(...some);
  }
  expect(stepsOf(got)).toEqual(counting(0, 160));
  expect(got.some(({ event }) => event === 'reset')).toBe(false);
});

test('a log that was truncated and grew beyond its old end between two reads is sent from its start', async () => {
  const path = join(await temporaryFolder(), 'log.jsonl');
  const tail = new LogTail(path);
  await writeFile(path, lines(0, 10));
  const before = await follow(tail, 0, got => stepsOf(got).length === 10);
  await writeFile(path, lines(0, 5) + lines(5, 30, 'another'));
  const after = await follow(tail, before.at(-1)!.id!, got => stepsOf(got).length === 30);
  expect(after.map(({ event }) => event)).toContain('reset');
  expect(stepsOf(after)).toEqual(counting(0, 30));
});

test('a log that can’t be read for a while is followed as soon as it can', async () => {
  const path = join(await temporaryFolder(), 'log.jsonl');
  await mkdir(path); // reading a folder is an error
  const tail = new LogTail(path);
  const following = follow(tail, 0, got => stepsOf(got).length === 3);
  await new Promise(resolve => setTimeout(resolve, 700)); // two attempts fail
  await rmdir(path);
  await writeFile(path, lines(0, 3));
  expect(stepsOf(await following)).toEqual(counting(0, 3));
});

test('events of this server’s own training are passed on without reading the log, with the same ids', async () => {
  const path = join(await temporaryFolder(), 'log.jsonl');
  const tail = new LogTail(path, () => true);
  await writeFile(path, lines(0, 5));
  const news = lines(5, 20).trim().split('\n');
  const add = () => {
    let end = lines(0, 5).length;
    for (const line of news.splice(0)) {
      end += line.length + 1;
      tail.add(JSON.parse(line) as TrainEvent, end);
    }
  };
  const got = await follow(tail, 0, events => {
    if (events.some(({ event }) => event === 'caughtup')) add();
    return stepsOf(events).length === 20;
  });
  expect(stepsOf(got)).toEqual(counting(0, 20));
  await appendFile(path, lines(5, 20));
  const again = await follow(new LogTail(path), 0, events => stepsOf(events).length === 20);
  expect(got.filter(({ event }) => event === 'message').map(({ id }) => id)).toEqual(
    again.filter(({ event }) => event === 'message').map(({ id }) => id),
  );
});

test('50 clients share one read of the log', async () => {
  const path = join(await temporaryFolder(), 'log.jsonl');
  const tail = new LogTail(path);
  await writeFile(path, lines(0, 1));
  const gone = new AbortController();
  const streams = counting(0, 50).map(() =>
    eventStream(tail, state, {
      from: 0,
      points: undefined,
      follow: true,
      signal: AbortSignal.any([gone.signal]),
    }),
  );
  const next = async () =>
    Promise.all(streams.map(async stream => (await stream.next()).value as Buffer | string));
  expect(new Set(await next()).size).toBe(1); // status
  await next(); // the past, for each from where it was
  await next(); // caughtup
  const waiting = next();
  await appendFile(path, lines(1, 3));
  const pieces = await waiting;
  expect(stepsOf(String(pieces[0]).split('\n\n').filter(Boolean).map(messageIn))).toEqual([1, 2]);
  expect(new Set(pieces).size).toBe(1);
  gone.abort();
  await Promise.all(streams.map(stream => stream.return(undefined)));
});
