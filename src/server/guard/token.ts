import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Refusal } from '../problem.ts';

const cookieName = 'pix2pix-token';

/**
 * Asks every request for the token: as `Authorization: Bearer …`, as the cookie that opening `/?token=…` sets, or there.
 * Only `/health` answers without.
 */
export function demandToken(app: FastifyInstance, token: string): void {
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

/** In a time that does not depend on where they differ. */
function isToken(given: string, token: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(token));
}
