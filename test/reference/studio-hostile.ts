import { once } from 'node:events';
import { request } from 'node:http';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Random } from '../../src/core/random.ts';

/** What came back, and how long after the request was begun. */
export interface Outcome {
  readonly status: number;
  readonly body: string;
  readonly milliseconds: number;
}

export interface Attempt {
  readonly method?: string;
  /** Sent as it is, without being tidied. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent piece by piece, each as soon as the last one is taken. */
  readonly body?: Uint8Array | string | Iterable<Uint8Array>;
}

/** One request; of endless answers, the beginning. A connection that breaks without an answer has status 0. */
export function attempt(
  port: number,
  { method = 'GET', path, headers = {}, body }: Attempt,
): Promise<Outcome> {
  const started = performance.now();
  return new Promise(resolve => {
    const chunks: Buffer[] = [];
    let status = 0;
    const done = () => {
      resolve({
        status,
        body: Buffer.concat(chunks).toString('latin1'),
        milliseconds: performance.now() - started,
      });
      sent.destroy();
    };
    const sent = request({
      port,
      host: '127.0.0.1',
      method,
      path,
      headers: { host: `127.0.0.1:${port}`, ...headers },
      agent: false,
    });
    sent.on('response', response => {
      status = response.statusCode!;
      response.on('data', chunk => {
        chunks.push(chunk);
        if (response.headers['content-type'] === 'text/event-stream') done();
      });
      response.on('end', done);
      response.on('error', done);
    });
    sent.on('error', done);
    sent.setTimeout(30_000, done);
    void write(sent, body);
  });
}

async function write(sent: ReturnType<typeof request>, body: Attempt['body']): Promise<void> {
  if (body === undefined || typeof body === 'string' || body instanceof Uint8Array) {
    sent.end(body);
    return;
  }
  const closed = once(sent, 'close');
  for (const piece of body) {
    if (sent.destroyed) return;
    if (!sent.write(piece)) await Promise.race([once(sent, 'drain'), closed]).catch(() => {});
  }
  sent.end();
}

/** The bytes of a form with one file. */
export function formOf(content: Uint8Array, filename: string, fields: Readonly<Record<string, string>> = {}) {
  const texts = Object.entries(fields).map(
    ([name, value]) => `--x\r\ncontent-disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
  );
  const head = `--x\r\ncontent-disposition: form-data; name="files"; filename="${filename}"\r\n\r\n`;
  return {
    headers: { 'content-type': 'multipart/form-data; boundary=x' },
    body: Buffer.concat([Buffer.from(texts.join('') + head), content, Buffer.from('\r\n--x--\r\n')]),
  };
}

/** Raw bytes, one after the other with pauses, until the server answers or closes. */
export function trickle(port: number, text: string, every: number): Promise<Outcome> {
  const started = performance.now();
  return new Promise(resolve => {
    const socket = connect(port, '127.0.0.1');
    let answer = '';
    let isOpen = true;
    socket.on('data', chunk => {
      answer += chunk.toString('latin1');
    });
    socket.on('error', () => {});
    socket.on('close', () => {
      isOpen = false;
      const status = Number(/^HTTP\/1\.1 (\d+)/.exec(answer)?.[1] ?? 0);
      resolve({ status, body: answer, milliseconds: performance.now() - started });
    });
    void (async () => {
      for (const letter of text) {
        if (!isOpen) return;
        socket.write(letter);
        await sleep(every);
      }
    })();
  });
}

/** Ways to name a file that is none of anybody's business. */
export const traversals = [
  '..',
  '../../secret.txt',
  '../../../../../../../../etc/passwd',
  '..%2f..%2fsecret.txt',
  '%2e%2e%2f%2e%2e%2fsecret.txt',
  '..%252f..%252fsecret.txt',
  '..%5c..%5csecret.txt',
  '....//....//secret.txt',
  '%2fetc%2fpasswd',
  '..~..~secret.txt',
  '~..~..~secret.txt',
  'model~..~..~..~secret.txt',
  '.%00./secret.txt',
  'model%00.png',
  '%c0%ae%c0%ae%c0%afsecret.txt',
  '%E0%A4%A',
  'file:%2f%2f%2fetc%2fpasswd',
  'a'.repeat(5000),
];

const words = [
  'api',
  'runs',
  'model',
  'datasets',
  'facades',
  'events',
  'pairs',
  'test',
  '0',
  'a',
  'v2',
  'models',
  'infer',
  'health',
  'translate',
  'samples',
  'pictures',
  '0.png',
  'ort',
  'estimate',
  'condition',
  'stop',
  'palette',
  'index.html',
  '..',
  '%2e%2e',
  '%00',
  '~',
  '-1',
  '1e9',
  '💥',
];
const keys = ['from', 'points', 'follow', 'step', 'split', 'token', 'measure', '__proto__', 'constructor'];
const values = ['0', '-1', '1e400', 'NaN', 'test', '../x', '%00', 'true', '99999999999999999999', '[]', ''];
const methods = ['GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'HEAD', 'OPTIONS', 'GET', 'POST'];
const types = [
  'application/json',
  'multipart/form-data; boundary=x',
  'multipart/form-data',
  'application/octet-stream',
  'text/plain',
  'application/x-www-form-urlencoded',
  'a/b; c="',
];

/** A request that nobody would send on purpose. */
export function randomAttempt(random: Random): Attempt {
  const pick = <Item>(items: readonly Item[]) => items[random.integer(items.length)]!;
  const some = (most: number, make: () => string) => Array.from({ length: random.integer(most + 1) }, make);
  const path = `/${some(7, () => (random.uniform() < 0.1 ? pick(traversals) : encodeOnce(pick(words)))).join('/')}`;
  const query = some(3, () => `${pick(keys)}=${pick(values)}`).join('&');
  const method = pick(methods);
  const hasBody = method === 'POST' || method === 'PUT';
  return {
    method,
    path: query === '' ? path : `${path}?${query}`,
    headers: {
      ...(hasBody && { 'content-type': pick(types) }),
      ...(random.uniform() < 0.1 && { 'last-event-id': pick(values) }),
      ...(random.uniform() < 0.1 && { 'inference-header-content-length': pick(values) }),
      ...(random.uniform() < 0.05 && { range: 'bytes=9-1,0-' }),
      ...(random.uniform() < 0.05 && { cookie: `pix2pix-token=${'%'.repeat(random.integer(9))}` }),
    },
    ...(hasBody && { body: randomBody(random) }),
  };
}

function encodeOnce(word: string): string {
  return word.includes('%') || word === '..' ? word : encodeURIComponent(word);
}

const openings = [
  '',
  '{',
  '[',
  '{"dataset":"facades"',
  '{"dataset":"facades","config":{"size":[1e9,1e9]}}',
  '{"inputs":[{"name":"condition","datatype":"UINT8","shape":[1,9,9,3],"data":[',
  '{"__proto__":{"x":1}}',
  '--x\r\n',
  '--x\r\ncontent-disposition: form-data; name="f"; filename="a.png"\r\n\r\n',
  'PK\u0003\u0004',
  'null',
  '0',
];

function randomBody(random: Random): Uint8Array {
  const noise = Uint8Array.from({ length: random.integer(300) }, () => random.integer(256));
  return Buffer.concat([
    Buffer.from(openings[random.integer(openings.length)]!),
    random.uniform() < 0.5 ? noise : new Uint8Array(0),
  ]);
}
