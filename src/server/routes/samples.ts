import { createReadStream } from 'node:fs';
import { params } from '../api.ts';
import { Refusal } from '../errors.ts';
import { findRun, samplePath } from '../runs/catalog.ts';
import type { App, Studio } from '../studio.ts';
import { confined } from '../workspace.ts';

export function sampleRoutes(app: App, { workspace, queue }: Studio): void {
  app.get(
    '/api/runs/:id/samples/:name',
    { schema: { summary: 'A sample image of a run', params: params.sample } },
    async ({ params: { id, name } }, reply) => {
      const { folder } = await findRun(workspace, queue, id);
      const file = await confined(workspace.runs, samplePath(folder, name));
      if (!file) throw new Refusal(404, `Cannot find image "${name}" of run "${id}"`);
      return reply.type('image/png').header('cache-control', 'no-cache').send(createReadStream(file));
    },
  );
}
