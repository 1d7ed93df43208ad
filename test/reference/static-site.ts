import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';

const types: Readonly<Record<string, string>> = {
  '.css': 'text/css',
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.json': 'application/json',
  '.mjs': 'text/javascript',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.wasm': 'application/wasm',
};

export interface StaticSite {
  readonly url: string;
  /** Paths that were asked for, in order. */
  readonly requests: string[];
  close(): Promise<void>;
}

interface SiteOptions {
  /** Whether pages are isolated, so that they may use threads. */
  readonly isolated?: boolean;
  /** Whether other sites may read the files. */
  readonly shared?: boolean;
  /** Answers a request in another way; returns whether it did. */
  readonly answer?: (request: IncomingMessage, response: ServerResponse) => boolean;
}

/** A web server that knows nothing but files. @param folders by the paths, with slashes at both ends, that they are at */
export async function serveFolders(
  folders: Readonly<Record<string, string>>,
  { isolated = false, shared = false, answer = () => false }: SiteOptions = {},
): Promise<StaticSite> {
  const requests: string[] = [];
  const server = createServer(async (request, response) => {
    const path = new URL(request.url!, 'http://site').pathname;
    requests.push(path);
    if (isolated) {
      response.setHeader('cross-origin-opener-policy', 'same-origin');
      response.setHeader('cross-origin-embedder-policy', 'require-corp');
    }
    if (shared) response.setHeader('access-control-allow-origin', '*');
    if (answer(request, response)) return;
    const place = Object.keys(folders).find(each => path.startsWith(each));
    const file = place && join(folders[place]!, path.slice(place.length) || 'index.html');
    const content = file ? await readFile(file).catch(() => null) : null;
    response.statusCode = content ? 200 : 404;
    response.setHeader('content-type', types[extname(file ?? path)] ?? 'application/octet-stream');
    if (content) response.setHeader('content-length', content.length);
    response.end(content);
  });
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    close: async () => {
      server.closeAllConnections();
      await new Promise(done => server.close(done));
    },
  };
}
