import { open, readdir, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { CheckpointEntry } from '../../runs/checkpoint/read.ts';
import { params, queries } from '../api.ts';
import { findRun, type Run, useCheckpoint, weightsOf } from '../runs/catalog.ts';
import type { App, Studio } from '../studio.ts';
import type { Worker } from '../work/worker.ts';
import { idOf, type Workspace } from '../workspace.ts';
import { fileName, goneSignal } from './requests.ts';

/** Routes of a run's weights, as files of two formats. */
export function downloadRoutes(app: App, { workspace, queue, models }: Studio): void {
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
        const run = await findRun(workspace, queue, id);
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
}

/**
 * A checkpoint's generator as an ONNX file, made on demand and cached in `.studio` in the runs folder. Files of the run's
 * earlier checkpoints are removed; the wanted one stays.
 */
async function exportedModel(
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
  await keepNewest(dirname(path), name);
  return path;
}

const kept = 4;

async function keepNewest(folder: string, wanted: string): Promise<void> {
  const names = (await readdir(folder)).filter(name => name.endsWith('.onnx') && name !== wanted);
  const byStep = names.sort((a, b) => Number.parseInt(b, 10) - Number.parseInt(a, 10));
  for (const name of byStep.slice(kept - 1)) await rm(join(folder, name), { force: true });
}
