import { cpus } from 'node:os';
import * as z from 'zod';
import { runConfigSchema } from '../../config/config.ts';
import { describeCondition } from '../../config/idle-settings.ts';
import { presetDescriptions, presets } from '../../config/presets.ts';
import { flagSettings } from '../../config/settings-index.ts';
import { packageVersion } from '../../runs/version.ts';
import {
  deviceListSchema,
  estimateSchema,
  machineSchema,
  presetListSchema,
  queries,
  trainRequestSchema,
} from '../api.ts';
import { estimateRun } from '../runs/start-run.ts';
import type { App, Studio } from '../studio.ts';
import { goneSignal } from './requests.ts';

/** The presets and settings that a form for a new run shows. */
export function presetRoutes(app: App, studio: Studio): void {
  const fields = flagSettings.map(each => ({
    flag: each.flag,
    sharedFlag: each.sharedFlag,
    path: [...each.path],
    kind: each.kind,
    hint: each.hint,
    help: each.help,
    group: each.group,
    common: each.common ?? false,
    needs: (each.needs ?? []).map(describeCondition),
  }));
  const descriptions = presetDescriptions;
  const schema = z.toJSONSchema(runConfigSchema) as Record<string, unknown>;

  app.get(
    '/api/presets',
    { schema: { summary: 'Presets and settings', response: { 200: presetListSchema } } },
    async () => ({ presets, descriptions, schema, fields }),
  );

  app.post(
    '/api/estimate',
    {
      schema: {
        summary: 'Settings and steps of a training before it starts, and its time if measured',
        body: trainRequestSchema,
        querystring: queries.estimate,
        response: { 200: estimateSchema },
      },
    },
    async ({ body, query: { measure } }, reply) =>
      estimateRun(studio, body, { measure, signal: goneSignal(reply) }),
  );

  app.get(
    '/api/devices',
    {
      schema: {
        summary: 'Devices of this machine, and the precisions they train in',
        response: { 200: deviceListSchema },
      },
    },
    async () => {
      const [devices, auto] = await Promise.all([studio.devices.list(), studio.devices.choose('auto')]);
      return { auto: auto.device, devices };
    },
  );

  app.get(
    '/api/machine',
    { schema: { summary: 'Runs in training and in the queue', response: { 200: machineSchema } } },
    async () => ({
      version: packageVersion,
      cores: cpus().length,
      training: studio.queue.withStatus('running', 'stopping').map(({ id }) => id),
      queued: studio.queue.withStatus('queued').map(({ id }) => id),
    }),
  );
}
