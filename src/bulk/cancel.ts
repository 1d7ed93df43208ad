import { type BulkQueue, removeChunks } from './queue.ts';

/**
 * Forgets a campaign in Redis; workers stop after the picture that they are translating. Results and receipts stay in the
 * destination: submitted again, it goes on with the chunks that were not finished.
 */
export async function cancelCampaign(queue: BulkQueue, id: string): Promise<void> {
  await queue.state.cancel(id);
  await removeChunks(queue, id);
}
