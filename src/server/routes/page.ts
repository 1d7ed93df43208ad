import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { App } from '../studio.ts';

/** Serves the page's files, and ONNX Runtime for the browser. */
export async function pageRoutes(app: App, page: string | null): Promise<void> {
  await app.register(fastifyStatic, {
    root: dirname(createRequire(import.meta.url).resolve('onnxruntime-web')),
    prefix: '/ort/',
    // Only the bundle that browsers load; there are others beside it.
    allowedPath: path => /^\/[\w.-]+\.(mjs|wasm)$/.test(path),
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
