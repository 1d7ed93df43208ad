import type { FastifyReply, FastifyRequest } from 'fastify';
import * as z from 'zod';
import { formatBytes } from '../../core/format-bytes.ts';
import type { Image } from '../../core/image.ts';
import { packageVersion } from '../../runs/version.ts';
import { explainErrors, Refusal } from '../errors.ts';
import { findCheckpoint, findRun, listCheckpoints, listRuns, useCheckpoint } from '../runs/catalog.ts';
import type { App, Studio } from '../studio.ts';
import { datatype, modelMetadataSchema, readInference, tensorNames } from './kserve-tensors.ts';
import { goneSignal } from './requests.ts';

const model = z.object({ name: z.string(), version: z.string().optional() });
type ModelParams = z.infer<typeof model>;

const longestJson = 1 << 24;
/** Generated images are sent in RGB, whatever the model's channels. */
const generatedChannels = 3;
const headerLength = 'inference-header-content-length';

/** KServe's and Triton's inference protocol, version 2: models are runs, versions the steps of their checkpoints. */
export async function kserveRoutes(app: App, studio: Studio): Promise<void> {
  const { limits } = studio;
  explainErrors(app, studio, message => ({ error: message }));
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(
    '*',
    { parseAs: 'buffer', bodyLimit: limits.pictureBytes },
    async (_request: unknown, body: unknown) => body,
  );
  serverRoutes(app, studio);
  modelRoutes(app, studio);
}

function serverRoutes(app: App, { workspace, queue }: Studio): void {
  app.get('/v2', { schema: { summary: 'Server metadata (KServe)' } }, async () => ({
    name: 'pix2pix',
    version: packageVersion,
    extensions: ['binary_tensor_data', 'model_repository'],
  }));
  app.get('/v2/health/live', { schema: { summary: 'Whether the server is alive (KServe)' } }, async () => ({
    live: true,
  }));
  app.get('/v2/health/ready', { schema: { summary: 'Whether the server is ready (KServe)' } }, async () => ({
    ready: true,
  }));
  app.post('/v2/repository/index', { schema: { summary: 'All models and versions (KServe)' } }, async () => {
    const runs = await listRuns(workspace, queue);
    const found = runs.map(async ({ id, folder }) =>
      (await listCheckpoints(folder)).map(({ step }) => ({
        name: id,
        version: `${step}`,
        state: 'READY',
        reason: '',
      })),
    );
    return (await Promise.all(found)).flat();
  });
}

function modelRoutes(app: App, studio: Studio): void {
  for (const place of ['/v2/models/:name', '/v2/models/:name/versions/:version']) {
    app.get(
      place,
      {
        schema: {
          summary: 'Inputs and outputs of a model (KServe)',
          params: model,
          response: { 200: modelMetadataSchema },
        },
      },
      async ({ params }) => {
        const { run } = await findModel(studio, params);
        const { condition } = run.config.channels;
        return {
          name: params.name,
          versions: (await listCheckpoints(run.folder)).map(({ step }) => `${step}`),
          platform: 'pix2pix',
          inputs: [{ name: tensorNames.input, datatype, shape: [-1, -1, -1, condition] }],
          outputs: [{ name: tensorNames.output, datatype, shape: [-1, -1, -1, generatedChannels] }],
        };
      },
    );
    app.get(
      `${place}/ready`,
      { schema: { summary: 'Whether a model is ready (KServe)', params: model } },
      async ({ params }) => {
        await findModel(studio, params);
        return { name: params.name, ready: true };
      },
    );
    app.post(
      `${place}/infer`,
      {
        bodyLimit: studio.limits.pictureBytes,
        schema: { summary: 'Translate tensors (KServe)', params: model },
      },
      async (request, reply) => infer(studio, request, reply, request.params),
    );
  }
}

/** The run, and the step of its checkpoint if a version is asked for. Throws {@link Refusal} if there is none. */
async function findModel({ workspace, queue }: Studio, { name, version }: ModelParams) {
  const run = await findRun(workspace, queue, name);
  if (version !== undefined && !/^\d{1,15}$/.test(version)) {
    throw new Refusal(404, `Cannot find version "${version}"`);
  }
  const step = version === undefined ? undefined : Number(version);
  await findCheckpoint(run, step);
  return { run, step };
}

async function infer(
  studio: Studio,
  request: FastifyRequest,
  reply: FastifyReply,
  params: ModelParams,
): Promise<unknown> {
  const { models, devices, limits } = studio;
  const { run, step: wanted } = await findModel(studio, params);
  const { id, images, isBinary } = readInference(...bodyOf(request), run.config.channels.condition);
  const pixels = images.reduce((sum, { width, height }) => sum + width * height, 0);
  if (pixels > limits.translatedPixels) {
    throw new Refusal(
      400,
      `Cannot infer: the images have ${pixels} pixels, and a request may have ${limits.translatedPixels}; send fewer or smaller images`,
    );
  }
  const { device } = await devices.choose('auto');
  const gone = goneSignal(reply);
  const { step, generated } = await useCheckpoint(run, wanted, async ({ path, step }) => ({
    step,
    generated: await models.run('translateImages', { model: path, device, images }, gone),
  }));
  const tensor = Buffer.concat(generated.map(({ data }) => data));
  const [{ height, width, channels }] = generated as [Image];
  const shape = [generated.length, height, width, channels];
  const output = { name: tensorNames.output, datatype, shape };
  const answer = { model_name: params.name, model_version: `${step}`, ...(id !== undefined && { id }) };
  if (!isBinary) return { ...answer, outputs: [{ ...output, data: [...tensor] }] };
  const parameters = { binary_data_size: tensor.length };
  const header = Buffer.from(JSON.stringify({ ...answer, outputs: [{ ...output, parameters }] }));
  return reply
    .type('application/octet-stream')
    .header(headerLength, header.length)
    .send(Buffer.concat([header, tensor]));
}

/** The bytes of a request, and how many of them are JSON, if its header states that. */
function bodyOf({ body, headers }: FastifyRequest): [body: Buffer, headerLength: number | undefined] {
  if (!Buffer.isBuffer(body)) throw new Refusal(400, 'Cannot infer: the request is empty');
  const given = headers[headerLength];
  const length = given === undefined ? undefined : Number(given);
  if (length !== undefined && !(Number.isInteger(length) && length >= 0 && length <= body.length)) {
    throw new Refusal(
      400,
      `Cannot infer: ${headerLength} is ${String(given)}, and the request has ${body.length} bytes`,
    );
  }
  const jsonBytes = length ?? body.length;
  if (jsonBytes > longestJson) {
    throw new Refusal(
      413,
      `Cannot infer: the request has ${formatBytes(jsonBytes)} of JSON, and may have ${formatBytes(longestJson)}; send tensors as binary data`,
    );
  }
  return [body, length];
}
