import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fastifyStatic from '@fastify/static';
import type { App } from '../studio.ts';

/** ONNX Runtime for the browser; the same path from `src/server/routes` and `dist/server/routes`. */
const runtime = fileURLToPath(new URL('../../../dist-web/ort/', import.meta.url));

/** Serves the page's files, and ONNX Runtime for the browser. */
export async function pageRoutes(app: App, page: string | null): Promise<void> {
  await app.register(fastifyStatic, {
    root: runtime,
    prefix: '/ort/',
    maxAge: '1d',
    index: false,
    schemaHide: true,
  });
  if (page === null) {
    app.get('/', { schema: { hide: true } }, async (_request, reply) =>
      reply
        .code(404)
        .type('text/plain; charset=utf-8')
        .send('The page is not built yet: run "npm run build"\n'),
    );
    return;
  }
  await app.register(fastifyStatic, {
    root: page,
    prefix: '/',
    decorateReply: false,
    schemaHide: true,
    setHeaders: (reply, path) => {
      const isHashed = path.startsWith(join(page, 'assets'));
      reply.header('cache-control', isHashed ? 'public, max-age=31536000, immutable' : 'no-cache');
    },
  });
}
