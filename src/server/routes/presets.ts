import { cpus } from 'node:os';
import * as z from 'zod';
import { runConfigSchema } from '../../config/config.ts';
import { presets } from '../../config/presets.ts';
import { flagPaths } from '../../config/run-flags.ts';
import { packageVersion } from '../../runs/version.ts';
import { estimateSchema, machineSchema, presetListSchema, queries, trainRequestSchema } from '../api.ts';
import { estimateRun } from '../runs/start-run.ts';
import type { App, Studio } from '../studio.ts';
import { goneSignal } from './requests.ts';

/** What a form for a new run is made of. */
export function presetRoutes(app: App, studio: Studio): void {
  const fields = flagPaths().map(([{ name, kind, hint, about }, path]) => ({
    flag: name,
    kind,
    hint,
    about,
    path,
  }));
  const schema = z.toJSONSchema(runConfigSchema) as Record<string, unknown>;

  app.get(
    '/api/presets',
    { schema: { summary: 'Presets, and what can be set', response: { 200: presetListSchema } } },
    async () => ({ presets, schema, fields }),
  );

  app.post(
    '/api/estimate',
    {
      schema: {
        summary: 'What a training would be, and how long it would take',
        body: trainRequestSchema,
        querystring: queries.estimate,
        response: { 200: estimateSchema },
      },
    },
    async ({ body, query: { measure } }, reply) =>
      estimateRun(studio, body, { measure, signal: goneSignal(reply) }),
  );

  app.get(
    '/api/machine',
    { schema: { summary: 'What the machine is busy with', response: { 200: machineSchema } } },
    async () => ({
      version: packageVersion,
      cores: cpus().length,
      training: studio.queue.withStatus('running', 'stopping').map(({ id }) => id),
      queued: studio.queue.withStatus('queued').map(({ id }) => id),
    }),
  );
}
