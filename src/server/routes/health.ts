import { collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import * as z from 'zod';
import { packageVersion } from '../../runs/version.ts';
import { runStatusSchema } from '../api.ts';
import type { App, Studio } from '../studio.ts';

/** Routes for monitoring: `/health`, and metrics for Prometheus. */
export function healthRoutes(app: App, { queue, models, pictures }: Studio): void {
  const register = new Registry();
  collectDefaultMetrics({ register });
  const duration = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'From a request to the end of its response',
    labelNames: ['method', 'route', 'status'] as const,
    buckets: [0.001, 0.005, 0.02, 0.1, 0.5, 2, 10, 60],
    registers: [register],
  });
  new Gauge({
    name: 'pix2pix_trainings',
    help: 'Trainings by status',
    labelNames: ['status'] as const,
    registers: [register],
    collect() {
      for (const status of runStatusSchema.options) this.set({ status }, queue.withStatus(status).length);
    },
  });
  new Gauge({
    name: 'pix2pix_tasks',
    help: 'Tasks that wait or are being done, by worker',
    labelNames: ['worker'] as const,
    registers: [register],
    collect() {
      this.set({ worker: 'models' }, models.pending);
      this.set({ worker: 'pictures' }, pictures.pending);
    },
  });

  app.addHook('onResponse', async (request, reply) => {
    const { method, routeOptions } = request;
    const labels = { method, route: routeOptions.url ?? 'none', status: String(reply.statusCode) };
    duration.observe(labels, reply.elapsedTime / 1000);
  });

  app.get(
    '/health',
    {
      schema: {
        summary: 'Whether the server answers',
        response: { 200: z.object({ status: z.literal('ok'), version: z.string() }) },
      },
      // Monitoring must work also while others flood the server.
      config: { rateLimit: false },
    },
    async () => ({ status: 'ok' as const, version: packageVersion }),
  );

  app.get(
    '/metrics',
    { schema: { summary: 'Metrics for Prometheus' }, config: { rateLimit: false } },
    async (_request, reply) => reply.type(register.contentType).send(await register.metrics()),
  );
}
