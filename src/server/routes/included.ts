import fastifyStatic from '@fastify/static';
import { demoPairsSchema, includedModelListSchema } from '../api.ts';
import { assets, assetsUrl, listDemoPairs, listIncludedModels } from '../included.ts';
import type { App } from '../studio.ts';

/** Routes of what comes with the package: models, drawings and the demo's pairs. */
export async function includedRoutes(app: App): Promise<void> {
  await app.register(fastifyStatic, {
    root: assets,
    prefix: assetsUrl,
    decorateReply: false,
    index: false,
    maxAge: '1h',
    schemaHide: true,
  });

  app.get(
    '/api/models',
    { schema: { summary: 'The included models', response: { 200: includedModelListSchema } } },
    async () => ({ models: await listIncludedModels() }),
  );

  app.get(
    '/api/demo-pairs',
    { schema: { summary: 'The pairs that the demo trains on', response: { 200: demoPairsSchema } } },
    () => listDemoPairs(),
  );
}
