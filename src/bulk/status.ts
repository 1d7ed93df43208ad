import { type BulkQueue, chunksLeft, findCampaign, isQueued, queueChunks } from './queue.ts';
import type { Failure, SubmittedCampaign, WorkerReport } from './state.ts';

export interface CampaignStatus {
  readonly campaign: SubmittedCampaign;
  readonly translated: number;
  readonly left: number;
  /** Names of pictures that could not be translated, by reason; most frequent reasons first. */
  readonly failures: ReadonlyMap<string, readonly string[]>;
  readonly workers: number;
  /** Pictures per second, of all workers together. */
  readonly rate: number;
  /** null: no worker has it. */
  readonly secondsLeft: number | null;
}

export interface BulkStatus {
  readonly campaigns: readonly CampaignStatus[];
  /** Chunks that wait or are worked on, of all campaigns. */
  readonly chunksLeft: number;
  /** Chunks that were given up after internal errors. */
  readonly chunksFailed: number;
}

/** @param id of one campaign; undefined: of all. Throws UserError if there is no such campaign. */
export async function readStatus(queue: BulkQueue, id?: string): Promise<BulkStatus> {
  const workers = await queue.state.workers();
  const campaigns: CampaignStatus[] = [];
  for (const campaign of await campaignsOf(queue, id))
    campaigns.push(await statusOf(queue, campaign, workers));
  return {
    campaigns,
    chunksLeft: await chunksLeft(queue),
    chunksFailed: await queue.queue.getJobCountByTypes('failed'),
  };
}

async function campaignsOf(queue: BulkQueue, id?: string): Promise<SubmittedCampaign[]> {
  return id === undefined ? queue.state.campaigns() : [await findCampaign(queue, id)];
}

async function statusOf(
  { state }: BulkQueue,
  campaign: SubmittedCampaign,
  workers: readonly WorkerReport[],
): Promise<CampaignStatus> {
  const failures = await state.failures(campaign.id);
  const done = await state.doneOf(campaign.id);
  const left = campaign.pictures - done;
  const own = workers.filter(worker => worker.campaign === campaign.id);
  const rate = own.reduce((sum, worker) => sum + worker.rate, 0);
  return {
    campaign,
    translated: done - failures.size,
    left,
    failures: byReason(failures),
    workers: own.length,
    rate,
    secondsLeft: left === 0 ? 0 : rate > 0 ? left / rate : null,
  };
}

/** Reasons without the names of the pictures, which make each one different. */
function byReason(failures: ReadonlyMap<string, Failure>): Map<string, string[]> {
  const groups = new Map<string, string[]>();
  for (const [name, { reason }] of failures) {
    const general = reason.replaceAll(`"${name}"`, 'an image');
    const names = groups.get(general);
    if (names) names.push(name);
    else groups.set(general, [name]);
  }
  return new Map([...groups].sort(([, a], [, b]) => b.length - a.length));
}

/** What {@link retryFailures} has queued. */
export interface Retried {
  /** Pictures that had failed. */
  readonly pictures: number;
  /** Chunks that had been given up after internal errors. */
  readonly chunks: number;
}

/** Queues failed pictures and chunks again. @param id as in {@link readStatus}. */
export async function retryFailures(queue: BulkQueue, id?: string): Promise<Retried> {
  const campaigns = await campaignsOf(queue, id);
  let pictures = 0;
  for (const campaign of campaigns) {
    const failures = [...(await queue.state.failures(campaign.id)).values()];
    for (const chunk of new Set(failures.map(failure => failure.chunk))) {
      const job = { campaign: campaign.id, chunk, retry: true };
      if (await isQueued(queue, job)) continue;
      await queueChunks(queue, [job]);
      pictures += failures.filter(failure => failure.chunk === chunk).length;
    }
  }
  const ids = new Set(campaigns.map(campaign => campaign.id));
  const givenUp = (await queue.queue.getFailed()).filter(({ data }) => ids.has(data.campaign));
  for (const job of givenUp) await job.retry('failed');
  return { pictures, chunks: givenUp.length };
}
