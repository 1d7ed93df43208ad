import multipart from '@fastify/multipart';
import rateLimit from '@fastify/rate-limit';
import swagger from '@fastify/swagger';
import Fastify from 'fastify';
import {
  jsonSchemaTransform,
  serializerCompiler,
  validatorCompiler,
  type ZodTypeProvider,
} from 'fastify-type-provider-zod';
import { packageVersion } from '../runs/version.ts';
import { explainErrors, explainMissing, Refusal } from './errors.ts';
import { limitBodies, refuseCrossOrigin, requireToken, setSecurityHeaders } from './request-checks.ts';
import { datasetRoutes } from './routes/datasets.ts';
import { docsRoutes } from './routes/docs.ts';
import { downloadRoutes } from './routes/downloads.ts';
import { healthRoutes } from './routes/health.ts';
import { includedRoutes } from './routes/included.ts';
import { kserveRoutes } from './routes/kserve.ts';
import { pageRoutes } from './routes/page.ts';
import { pairRoutes } from './routes/pairs.ts';
import { presetRoutes } from './routes/presets.ts';
import { runRoutes } from './routes/runs.ts';
import { sampleRoutes } from './routes/samples.ts';
import { pictureRoutes, translateRoutes } from './routes/translate.ts';
import { type App, defaultLimits, type Limits, openStudio } from './studio.ts';
import type { Workspace } from './workspace.ts';

export interface AppOptions {
  readonly workspace: Workspace;
  /** The folder of the built page; null: there is none. */
  readonly page: string | null;
  /** The token that every request must carry; null for servers that only this machine can reach. */
  readonly token: string | null;
  /** Trainings at once. */
  readonly slots: number;
  readonly limits?: Partial<Limits>;
  /** Called with internal errors. */
  readonly onError: (error: unknown) => void;
}

/** The studio's server, without a port; `listen` opens one. Closing it stops trainings, which save. */
export async function createApp({
  workspace,
  page,
  token,
  slots,
  onError,
  ...options
}: AppOptions): Promise<App> {
  const limits = { ...defaultLimits, ...options.limits };
  const app: App = Fastify({
    bodyLimit: limits.jsonBytes,
    routerOptions: { maxParamLength: 300 },
    forceCloseConnections: true,
    // No limit on closing, which waits until trainings have saved.
    pluginTimeout: 0,
    // Headers within two seconds, whole requests within ten minutes.
    requestTimeout: 600_000,
    http: { headersTimeout: 2000, connectionsCheckingInterval: 500 },
  }).withTypeProvider<ZodTypeProvider>();
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);

  setSecurityHeaders(app);
  explainErrors(app, { workspace, onError });
  explainMissing(app);
  limitBodies(app, {
    bytes: limits.uploadBytes,
    bytesPerSecond: limits.bodyBytesPerSecond,
    graceMilliseconds: limits.bodyGraceMilliseconds,
  });
  refuseCrossOrigin(app, { isLocal: token === null });
  await app.register(rateLimit, {
    max: limits.requestsPerMinute,
    timeWindow: '1 minute',
    errorResponseBuilder: (_request, { after }) =>
      new Refusal(429, `Cannot answer: too many requests; try again in ${after}`),
  });
  if (token !== null) requireToken(app, token);
  await app.register(multipart, { limits: { fields: 20, fieldSize: 10_000, headerPairs: 50 } });
  await app.register(swagger, {
    openapi: { info: { title: 'pix2pix studio', version: packageVersion } },
    transform: jsonSchemaTransform,
  });

  const studio = openStudio({ workspace, limits, slots, onError });
  app.addHook('preClose', () => studio.close());
  healthRoutes(app, studio);
  runRoutes(app, studio);
  sampleRoutes(app, studio);
  downloadRoutes(app, studio);
  pairRoutes(app, studio);
  translateRoutes(app, studio);
  pictureRoutes(app, studio);
  datasetRoutes(app, studio);
  presetRoutes(app, studio);
  await app.register(async scope => kserveRoutes(scope, studio));
  docsRoutes(app);
  await pageRoutes(app, page);
  await includedRoutes(app);
  return app;
}
