import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { nameCampaign, nameChunk } from '../src/bulk/campaign.ts';
import type { OpenCampaign } from '../src/bulk/chunk.ts';
import type { TranslationTask } from '../src/bulk/models.ts';
import { folderDestination, folderSource } from '../src/bulk/places/folder.ts';
import { type BulkQueue, openQueue } from '../src/bulk/queue.ts';
import { translateTask } from '../src/bulk/translate-task.ts';
import type { TaskProcess } from '../src/runtime/task-process.ts';
import { temporaryFolder } from './data-fixtures.ts';
import { startRedis } from './reference/bulk.ts';
import { savePictures } from './reference/bulk-campaign.ts';
import { writeTinyModel } from './reference/tiny-model.ts';

/** A queue in a new Redis, which is gone after the test. */
export async function temporaryQueue(program: string): Promise<BulkQueue> {
  const server = await startRedis(program, await temporaryFolder());
  onTestFinished(() => server.stop());
  const queue = await openQueue(`redis://127.0.0.1:${server.port}/0`);
  onTestFinished(() => queue.close());
  return queue;
}

/** What a worker's process does, in this one: only built code can be started. */
export const inThisProcess: TaskProcess = {
  run: task => translateTask(task as TranslationTask),
  close: () => {},
};

/** A campaign from one folder into another with a single chunk of `count` pictures, ready to be worked on. */
export async function openTinyCampaign(count: number) {
  const folder = await temporaryFolder();
  const [model, tiles] = [join(folder, 'model.onnx'), join(folder, 'tiles')];
  await writeTinyModel(model);
  await savePictures(tiles, count, 16);
  const destination = folderDestination(join(folder, 'out'));
  const source = folderSource(tiles, destination.location);
  const pictures = [];
  for await (const picture of source.list()) pictures.push(picture);
  const campaign = nameCampaign({
    source: source.location,
    destination: destination.location,
    model: '',
    options: { format: 'png' },
  });
  const open: OpenCampaign = { campaign, source, destination, model, scratch: folder };
  return { folder, open, chunk: nameChunk({ submitted: new Date().toISOString(), pictures }) };
}
