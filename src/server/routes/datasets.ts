import {
  datasetDetailSchema,
  datasetListSchema,
  datasetSchema,
  pairListSchema,
  params,
  queries,
} from '../api.ts';
import {
  describeDataset,
  findDataset,
  findPair,
  listDatasets,
  listPairs,
  surveyOf,
} from '../datasets/catalog.ts';
import { receiveDataset } from '../datasets/upload.ts';
import { Refusal } from '../errors.ts';
import type { App, Studio } from '../studio.ts';
import { goneSignal, readForm } from './requests.ts';

/** Routes of data sets: list, inspect, upload. */
export function datasetRoutes(app: App, { workspace, limits, pictures }: Studio): void {
  app.get(
    '/api/datasets',
    { schema: { summary: 'All data sets', response: { 200: datasetListSchema } } },
    async () => ({ datasets: await listDatasets(workspace) }),
  );

  app.post(
    '/api/datasets',
    {
      schema: {
        summary: 'Upload: a form with `name`, then a ZIP archive or images named by their paths',
        consumes: ['multipart/form-data'],
        response: { 201: datasetSchema },
      },
    },
    async (request, reply) => {
      const uploadLimits = {
        fileBytes: limits.pictureBytes,
        totalBytes: limits.datasetBytes,
        files: limits.datasetPictures,
        pixels: limits.datasetPixels,
        manifestBytes: limits.manifestBytes,
      };
      const partLimits = {
        files: limits.datasetPictures,
        parts: limits.datasetPictures + 10,
        fileSize: limits.uploadBytes,
      };
      const folder = await readForm(() =>
        receiveDataset(
          workspace.data,
          request.parts({ preservePath: true, limits: partLimits }),
          uploadLimits,
        ),
      );
      return reply.code(201).send(await describeDataset(workspace.data, folder));
    },
  );

  app.get(
    '/api/datasets/:id',
    {
      schema: {
        summary: 'One data set, with what `inspect` finds in it',
        params: params.dataset,
        response: { 200: datasetDetailSchema },
      },
    },
    async ({ params: { id } }) => {
      const folder = await findDataset(workspace, id);
      const { sheet: _, ...survey } = await surveyOf(pictures, folder);
      const sheet = `/api/datasets/${encodeURIComponent(id)}/sheet.png`;
      return { ...(await describeDataset(workspace.data, folder)), ...survey, sheet };
    },
  );

  app.get(
    '/api/datasets/:id/sheet.png',
    { schema: { summary: 'Contact sheet of a data set', params: params.dataset } },
    async ({ params: { id } }, reply) => {
      const { sheet } = await surveyOf(pictures, await findDataset(workspace, id));
      if (!sheet) throw new Refusal(404, `Cannot show data set "${id}": it has no readable pair`);
      return reply.type('image/png').send(sheet);
    },
  );

  app.get(
    '/api/datasets/:id/pairs',
    {
      schema: {
        summary: 'Names of a data set’s pairs; none if it has no such split',
        params: params.dataset,
        querystring: queries.split,
        response: { 200: pairListSchema },
      },
    },
    async ({ params: { id }, query: { split } }) => {
      const pairs = await listPairs(await findDataset(workspace, id), split);
      return { dataset: id, split, names: pairs.map(({ name }) => name) };
    },
  );

  app.get(
    '/api/datasets/:id/pairs/:split/:index/:side',
    { schema: { summary: 'One side of a pair', params: params.datasetPicture } },
    async ({ params: { id, split, index, side } }, reply) => {
      const files = await findPair(await findDataset(workspace, id), id, split, index);
      return reply
        .type('image/png')
        .send(await pictures.run('pairPicture', { files, side }, goneSignal(reply)));
    },
  );
}
