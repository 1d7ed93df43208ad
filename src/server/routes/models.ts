import { createReadStream } from 'node:fs';
import { open, readdir, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { CheckpointEntry } from '../../runs/checkpoint/read.ts';
import { type Palette, pairListSchema, pairViewSchema, paletteSchema, params, queries } from '../api.ts';
import { findDataset, findPair, listPairs, surveyOf } from '../datasets/catalog.ts';
import { Refusal } from '../errors.ts';
import { datasetOf, findRun, type Run, samplePath, useCheckpoint, weightsOf } from '../runs/catalog.ts';
import type { App, Studio } from '../studio.ts';
import type { Worker } from '../work/worker.ts';
import { confined, idOf, type Workspace } from '../workspace.ts';
import { goneSignal } from './requests.ts';

/** Routes of a run's results: its pictures, its weights, and translations of its data set's pairs. */
export function modelRoutes(app: App, studio: Studio): void {
  const { workspace, queue, models, pictures, devices } = studio;
  const find = (id: string) => findRun(workspace, queue, id);

  app.get(
    '/api/runs/:id/samples/:name',
    { schema: { summary: 'A sample image of a run', params: params.sample } },
    async ({ params: { id, name } }, reply) => {
      const { folder } = await find(id);
      const file = await confined(workspace.runs, samplePath(folder, name));
      if (!file) throw new Refusal(404, `Cannot find image "${name}" of run "${id}"`);
      return reply.type('image/png').header('cache-control', 'no-cache').send(createReadStream(file));
    },
  );

  const formats = {
    safetensors: async (_run: Run, checkpoint: CheckpointEntry) => weightsOf(checkpoint),
    onnx: (run: Run, checkpoint: CheckpointEntry, signal: AbortSignal) =>
      exportedModel(workspace, models, run, checkpoint, signal),
  };
  for (const [format, fileOf] of Object.entries(formats)) {
    app.get(
      `/api/runs/:id/model.${format}`,
      {
        schema: {
          summary: `A checkpoint’s model as ${format}`,
          params: params.run,
          querystring: queries.checkpoint,
        },
      },
      async ({ params: { id }, query, headers }, reply) => {
        const run = await find(id);
        const gone = goneSignal(reply);
        // Open, the file can be read even if its checkpoint is removed meanwhile.
        const { step, file } = await useCheckpoint(run, query.step, async checkpoint => ({
          step: checkpoint.step,
          file: await open(await fileOf(run, checkpoint, gone)),
        }));
        const { size, mtimeMs } = await file.stat();
        const tag = `"${step}-${size}-${Math.round(mtimeMs)}"`;
        reply.header('etag', tag).header('cache-control', 'no-cache');
        if (headers['if-none-match'] === tag) {
          await file.close();
          return reply.code(304).send();
        }
        return reply
          .type('application/octet-stream')
          .header('content-length', size)
          .header('content-disposition', `attachment; filename="${fileName(id)}-${step}.${format}"`)
          .send(file.createReadStream());
      },
    );
  }

  app.get(
    '/api/runs/:id/palette',
    {
      schema: {
        summary: 'Kind and colours of a run’s conditions, for drawing one',
        params: params.run,
        response: { 200: paletteSchema },
      },
    },
    async ({ params: { id } }): Promise<Palette> => {
      const run = await find(id);
      const { sides } = await surveyOf(pictures, await dataOf(run));
      return run.config.direction === 'AtoB' ? sides.a : sides.b;
    },
  );

  app.get(
    '/api/runs/:id/pairs',
    {
      schema: {
        summary: 'Pairs of a run’s data set',
        params: params.run,
        querystring: queries.split,
        response: { 200: pairListSchema },
      },
    },
    async ({ params: { id }, query: { split } }) => {
      const run = await find(id);
      const pairs = await listPairs(await dataOf(run), datasetOf(workspace, run)!, split);
      return { dataset: datasetOf(workspace, run)!, split, names: pairs.map(({ name }) => name) };
    },
  );

  app.get(
    '/api/runs/:id/pairs/:split/:index',
    {
      schema: {
        summary: 'A pair, its translation, and the discriminator’s output for each patch',
        params: params.pair,
        querystring: queries.computing,
        response: { 200: pairViewSchema },
      },
    },
    async ({ params: { id, split, index }, query }, reply) => {
      const run = await find(id);
      const files = await findPair(await dataOf(run), id, split, index);
      const { device } = await devices.choose(query.device);
      const gone = goneSignal(reply);
      const view = await useCheckpoint(run, query.step, ({ path }) =>
        models.run('viewPair', { model: path, device, files }, gone),
      );
      const { condition, target, generated, ...others } = view;
      return { ...others, condition: png(condition), target: png(target), generated: png(generated) };
    },
  );

  app.get(
    '/api/runs/:id/pairs/:split/:index/:part',
    { schema: { summary: 'One side of a pair at a run’s training size', params: params.pairPicture } },
    async ({ params: { id, split, index, part } }, reply) => {
      const run = await find(id);
      const files = await findPair(await dataOf(run), id, split, index);
      const side = (part === 'condition') === (run.config.direction === 'AtoB') ? 'a' : 'b';
      const picture = await pictures.run(
        'pairPicture',
        { files, side, seenBy: run.config },
        goneSignal(reply),
      );
      return reply.type('image/png').send(picture);
    },
  );

  /** The folder of the run's data set. Throws {@link Refusal} if it is not in the workspace. */
  async function dataOf(run: Run): Promise<string> {
    const id = datasetOf(workspace, run);
    if (id !== null) return findDataset(workspace, id);
    const missing = `Cannot show colours and test images of run "${run.id}"`;
    if (run.data === undefined) throw new Refusal(404, `${missing}: it has no data set`);
    throw new Refusal(
      404,
      `${missing}: its data set lies outside this studio's folders; start it with --data FOLDER, one around "${basename(run.data)}"`,
    );
  }
}

function png(bytes: Uint8Array): string {
  return `data:image/png;base64,${Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('base64')}`;
}

/** An id without characters that are invalid in headers. */
export function fileName(id: string): string {
  return id.replaceAll(/[^\w.-]+/g, '-');
}

/**
 * A checkpoint's generator as an ONNX file, made on demand and cached in `.studio` in the runs folder. Files of the run's
 * earlier checkpoints are removed.
 */
export async function exportedModel(
  { runs }: Workspace,
  models: Worker,
  { folder }: Run,
  checkpoint: CheckpointEntry,
  signal: AbortSignal,
): Promise<string> {
  const { mtimeMs } = await stat(weightsOf(checkpoint));
  const name = `${checkpoint.step}-${Math.round(mtimeMs)}.onnx`;
  const path = join(runs, '.studio', idOf(runs, folder), name);
  await models.run('exportModel', { model: checkpoint.path, path }, signal);
  await keepNewest(dirname(path));
  return path;
}

const kept = 4;

async function keepNewest(folder: string): Promise<void> {
  const names = (await readdir(folder)).filter(name => name.endsWith('.onnx'));
  const byStep = names.sort((a, b) => Number.parseInt(b, 10) - Number.parseInt(a, 10));
  for (const name of byStep.slice(kept)) await rm(join(folder, name), { force: true });
}
