import { basename } from 'node:path';
import { paletteOfModel } from '../../data/inspection/named-palette.ts';
import { type Palette, pairListSchema, pairViewSchema, paletteSchema, params, queries } from '../api.ts';
import { findDataset, findPair, listPairs, surveyOf } from '../datasets/catalog.ts';
import { Refusal } from '../errors.ts';
import { datasetOf, findRun, type Run, useCheckpoint } from '../runs/catalog.ts';
import type { App, Studio } from '../studio.ts';
import { goneSignal } from './requests.ts';

/** Routes of the pairs of a run's data set: their colours, their names, translations of them. */
export function pairRoutes(app: App, studio: Studio): void {
  const { workspace, queue, models, pictures, devices } = studio;
  const find = (id: string) => findRun(workspace, queue, id);

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
      const known = paletteOfModel(run.config);
      if (known) return known;
      const { sides } = await surveyOf(pictures, await dataOf(run));
      return run.config.direction === 'AtoB' ? sides.a : sides.b;
    },
  );

  app.get(
    '/api/runs/:id/pairs',
    {
      schema: {
        summary: 'Names of the pairs of a run’s data set; none if it has no such split',
        params: params.run,
        querystring: queries.split,
        response: { 200: pairListSchema },
      },
    },
    async ({ params: { id }, query: { split } }) => {
      const run = await find(id);
      const pairs = await listPairs(await dataOf(run), split);
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
      const files = await findPair(await dataOf(run), datasetOf(workspace, run)!, split, index);
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
      const files = await findPair(await dataOf(run), datasetOf(workspace, run)!, split, index);
      const seen = { files, part, config: run.config };
      return reply.type('image/png').send(await pictures.run('seenPicture', seen, goneSignal(reply)));
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
