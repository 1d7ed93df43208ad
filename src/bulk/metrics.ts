import { createServer } from 'node:http';
import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import { firstLineOf, UserError } from '../core/errors.ts';
import { type BulkQueue, chunksLeft } from './queue.ts';

export interface BulkMetrics {
  onPicture(isGood: boolean): void;
  close(): void;
}

/** Serves a worker's metrics for Prometheus at `/metrics`. Throws UserError if the address can't be used. */
export async function serveMetrics(queue: BulkQueue, host: string, port: number): Promise<BulkMetrics> {
  const register = new Registry();
  collectDefaultMetrics({ register });
  const pictures = new Counter({
    name: 'pix2pix_bulk_pictures_total',
    help: 'Images that this worker has translated, or could not translate',
    labelNames: ['result'] as const,
    registers: [register],
  });
  new Gauge({
    name: 'pix2pix_bulk_chunks_left',
    help: 'Chunks that wait or are worked on, in the whole queue',
    registers: [register],
    async collect() {
      this.set(await chunksLeft(queue));
    },
  });
  const server = createServer((request, response) => {
    if (request.url !== '/metrics') return response.writeHead(404).end();
    register.metrics().then(
      metrics => response.setHeader('content-type', register.contentType).end(metrics),
      error =>
        response
          .writeHead(503)
          .end(`Cannot count the chunks in Redis at ${queue.shown}: ${firstLineOf(error)}\n`),
    );
  });
  await new Promise<void>((listening, reject) => {
    server.once('error', reject).listen(port, host, listening);
  }).catch(error => {
    throw new UserError(`Cannot serve metrics at ${host}:${port}: ${error.message}; use another --metrics`);
  });
  return {
    onPicture: isGood => pictures.inc({ result: isGood ? 'translated' : 'failed' }),
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
