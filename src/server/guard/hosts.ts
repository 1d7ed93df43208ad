import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Refusal } from '../problem.ts';

const localNames = new Set(['localhost', '127.0.0.1', '[::1]']);

/**
 * Refuses what another site makes a visitor's browser ask for: requests for a name that is not this machine's (DNS
 * rebinding, where the server is local) and requests that come from another site's page.
 */
export function refuseForeigners(app: FastifyInstance, { isLocal }: { readonly isLocal: boolean }): void {
  app.addHook('onRequest', async request => {
    const { host = '' } = request.headers;
    if (isLocal && !localNames.has(host.replace(/:\d+$/, '').toLowerCase())) {
      throw new Refusal(
        421,
        `Cannot answer for host "${host}": ask for localhost, or start the studio with --host`,
      );
    }
    if (isFromElsewhere(request, host)) {
      throw new Refusal(403, 'Cannot answer a page of another site: open the studio itself');
    }
  });
}

function isFromElsewhere({ headers }: FastifyRequest, host: string): boolean {
  const { origin } = headers;
  if (origin !== undefined) return !isOrigin(origin, host);
  // Links lead here; what a page loads from elsewhere does not.
  return headers['sec-fetch-site'] === 'cross-site' && headers['sec-fetch-mode'] !== 'navigate';
}

function isOrigin(origin: string, host: string): boolean {
  return URL.canParse(origin) && new URL(origin).host === host.toLowerCase();
}
