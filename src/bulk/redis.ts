import type { Redis } from 'ioredis';
import { messageOf, UserError } from '../core/errors.ts';

/** The packages that bulk translation needs, which are not installed with this one. */
export interface BulkPackages {
  readonly bullmq: typeof import('bullmq');
  readonly Redis: typeof import('ioredis').Redis;
}

/** Throws {@link UserError} if they are missing. */
export async function importPackages(): Promise<BulkPackages> {
  try {
    return { bullmq: await import('bullmq'), Redis: (await import('ioredis')).Redis };
  } catch (error) {
    throw new UserError(
      `Cannot use bulk translation: bullmq and ioredis are not installed (${messageOf(error)}); run "npm install bullmq ioredis"`,
    );
  }
}

/** Milliseconds until Redis must have answered for the first time. */
const PATIENCE = 10_000;

/**
 * Connects to Redis, and connects again whenever it was gone for a while. Throws {@link UserError} if it can't be used
 * now. Messages never contain the password.
 * @param address such as `redis://:password@host:6379/0`, or `rediss://…` for TLS.
 */
export async function connectRedis(Redis: BulkPackages['Redis'], address: string): Promise<Redis> {
  const shown = withoutPassword(address);
  let isReady = false;
  let first: Error | undefined;
  const redis = new Redis(address, {
    lazyConnect: true,
    connectTimeout: PATIENCE,
    maxRetriesPerRequest: null,
    retryStrategy: times => (isReady ? Math.min(50 * 2 ** times, 5000) : null),
  });
  redis.on('error', error => {
    first ??= error;
  });
  try {
    await redis.connect();
    await redis.ping();
    isReady = true;
    return redis;
  } catch (error) {
    redis.disconnect();
    throw new UserError(`Cannot use Redis at ${shown}: ${explain(first ?? (error as Error))}`);
  }
}

/** An address of Redis that may be shown. Throws {@link UserError} if it isn't one; that message does not repeat it. */
export function withoutPassword(address: string): string {
  const url = URL.canParse(address) ? new URL(address) : null;
  if (!url || !['redis:', 'rediss:'].includes(url.protocol) || url.hostname === '') {
    throw new UserError(
      'Cannot use the address of Redis (--redis or REDIS_URL): it must look like redis://localhost:6379, or rediss://:PASSWORD@HOST:PORT with TLS',
    );
  }
  return `${url.protocol}//${url.host}${url.pathname}`;
}

function explain(error: Error): string {
  const { message, code } = error as NodeJS.ErrnoException;
  const text = `${code ?? ''} ${message}`;
  const known: readonly (readonly [RegExp, string])[] = [
    [/WRONGPASS|invalid password/, 'it refuses the user name or password; correct the address'],
    [
      /NOAUTH|without any password/,
      'it asks for a password; write it into the address: redis://:PASSWORD@HOST',
    ],
    [/ECONNREFUSED/, 'nothing listens there; start it, or correct --redis'],
    [/ENOTFOUND|EAI_AGAIN/, 'its host name is unknown; correct --redis'],
    [
      /ETIMEDOUT|EHOSTUNREACH|ENETUNREACH/,
      'it does not answer; check the network, and whether it speaks TLS (rediss://) or not (redis://)',
    ],
    [
      /CERT|certificate|self.signed/i,
      `its certificate is not trusted (${message}); set NODE_EXTRA_CA_CERTS to the file of its authority`,
    ],
    [/SSL|EPROTO|wrong version number/i, 'it does not speak TLS; use redis:// instead of rediss://'],
    [/Connection is closed|ECONNRESET/, 'it closed the connection; if it expects TLS, use rediss://'],
    [/DB index is out of range/, 'it has no database of that number; correct the end of the address'],
  ];
  return known.find(([pattern]) => pattern.test(text))?.[1] ?? message;
}
