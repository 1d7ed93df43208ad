import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { linger, Refusal } from './errors.ts';

const policy = {
  'default-src': "'none'",
  'script-src': "'self' 'wasm-unsafe-eval'",
  'worker-src': "'self' blob:",
  'style-src': "'self'",
  'img-src': "'self' data: blob:",
  'media-src': "'self' blob: mediastream:",
  'font-src': "'self'",
  'connect-src': "'self' data: blob:",
  'manifest-src': "'self'",
  'form-action': "'none'",
  'base-uri': "'none'",
  'frame-ancestors': "'none'",
};

const headers = {
  'content-security-policy': Object.entries(policy)
    .map(([name, value]) => `${name} ${value}`)
    .join('; '),
  // Cross-origin isolation: WebAssembly's threads need it.
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
  'cross-origin-resource-policy': 'same-origin',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'permissions-policy': 'camera=(self), microphone=(), geolocation=(), payment=(), usb=()',
};

/** Sets security headers on every response: what a page may load, who may embed it, and what it reveals. */
export function setSecurityHeaders(app: FastifyInstance): void {
  app.addHook('onRequest', async (_request, reply) => {
    reply.headers(headers);
  });
}

const localNames = new Set(['localhost', '127.0.0.1', '[::1]']);

/**
 * Refuses requests that another site triggers in a visitor's browser: those for a host name that is not this machine's (DNS
 * rebinding, if the server is local) and those from another site's page.
 */
export function refuseCrossOrigin(app: FastifyInstance, { isLocal }: { readonly isLocal: boolean }): void {
  app.addHook('onRequest', async request => {
    const { host = '' } = request.headers;
    if (isLocal && !localNames.has(host.replace(/:\d+$/, '').toLowerCase())) {
      throw new Refusal(
        421,
        `Cannot answer for host "${host}": use localhost, or start the studio with --host`,
      );
    }
    if (isCrossOrigin(request, host)) {
      throw new Refusal(403, 'Cannot answer requests from another site: open the studio itself');
    }
  });
}

function isCrossOrigin({ headers }: FastifyRequest, host: string): boolean {
  const { origin } = headers;
  if (origin !== undefined) return !isOrigin(origin, host);
  // Links from other sites are allowed; requests for subresources are not.
  return headers['sec-fetch-site'] === 'cross-site' && headers['sec-fetch-mode'] !== 'navigate';
}

function isOrigin(origin: string, host: string): boolean {
  return URL.canParse(origin) && new URL(origin).host === host.toLowerCase();
}

const cookieName = 'pix2pix-token';

/**
 * Requires the token in every request but `/health`: as `Authorization: Bearer …`, as the cookie that opening `/?token=…`
 * sets, or in that query.
 */
export function requireToken(app: FastifyInstance, token: string): void {
  app.addHook('onRequest', async (request, reply) => {
    if (request.url === '/health') return;
    const given = (request.query as Record<string, unknown>).token;
    if (typeof given === 'string' && request.method === 'GET' && isToken(given, token)) {
      const cookie = `${cookieName}=${encodeURIComponent(token)}; HttpOnly; SameSite=Strict; Path=/`;
      return reply.header('set-cookie', cookie).redirect('/');
    }
    if (isToken(bearer(request) ?? cookie(request) ?? '', token)) return;
    throw new Refusal(401, 'Cannot answer without the token: open the address that the command printed');
  });
}

function bearer({ headers }: FastifyRequest): string | undefined {
  return /^Bearer (.+)$/i.exec(headers.authorization ?? '')?.[1];
}

function cookie({ headers }: FastifyRequest): string | undefined {
  const pairs = (headers.cookie ?? '').split(';').map(pair => pair.trim().split('='));
  const value = pairs.find(([name]) => name === cookieName)?.[1];
  return value === undefined ? undefined : decode(value);
}

function decode(value: string): string | undefined {
  try {
    return decodeURIComponent(value);
  } catch {
    return undefined;
  }
}

/** Compares in constant time. */
function isToken(given: string, token: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(token));
}

export interface BodyLimits {
  /** Bytes of the longest body that any route accepts. */
  readonly bytes: number;
  /** A body has to arrive at this average rate … */
  readonly bytesPerSecond: number;
  /** … once this long has passed. */
  readonly graceMilliseconds: number;
}

const lookEvery = 250;

/**
 * Ends requests whose bodies are too long (413), at once if their header says so, or too slow (408). It watches the
 * connection rather than the stream, so that routes can read bodies in any way.
 */
export function limitBodies(app: FastifyInstance, limits: BodyLimits): void {
  app.addHook('onRequest', async (request, reply) => {
    const { headers } = request;
    const length = Number(headers['content-length'] ?? 0);
    if (length > limits.bytes) throw new Refusal(413, tooLong(limits));
    if (length > 0 || headers['transfer-encoding'] !== undefined) watch(request, reply, limits);
  });
}

function watch(request: FastifyRequest, reply: FastifyReply, limits: BodyLimits): void {
  const { raw } = request;
  const { socket } = raw;
  const started = performance.now();
  const before = socket.bytesRead;
  const timer = setInterval(() => {
    if (raw.complete || socket.destroyed) return clearInterval(timer);
    const milliseconds = performance.now() - started;
    const bytes = socket.bytesRead - before;
    if (bytes > limits.bytes) return refuse(413, tooLong(limits));
    if (milliseconds < limits.graceMilliseconds) return;
    if ((1000 * bytes) / milliseconds < limits.bytesPerSecond)
      refuse(408, 'Cannot read the request: it arrives too slowly');
  }, lookEvery).unref();
  const refuse = (status: number, message: string) => {
    clearInterval(timer);
    if (reply.sent) raw.destroy();
    else reply.code(status).send({ message });
    linger(request);
  };
}

function tooLong({ bytes }: BodyLimits): string {
  return `Cannot read the request: it is larger than ${Math.floor(bytes / 2 ** 20)} MiB`;
}
