import type { Job, Queue, Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import { UserError } from '../core/errors.ts';
import { type BulkPackages, connectRedis, importPackages, withoutPassword } from './redis.ts';
import { BulkState, type SubmittedCampaign } from './state.ts';

/** A chunk in the queue; its list of pictures is in the campaign's destination. */
export interface ChunkJob {
  readonly campaign: string;
  readonly chunk: string;
  /** Only those pictures of the chunk that failed before. */
  readonly retry: boolean;
}

const name = 'chunks';
const prefix = 'pix2pix';

/** The queue and the progress of campaigns, in one Redis. */
export interface BulkQueue {
  readonly packages: BulkPackages;
  readonly redis: Redis;
  /** The address of Redis, without its password. */
  readonly shown: string;
  readonly queue: Queue<ChunkJob>;
  readonly state: BulkState;
  close(): Promise<void>;
}

/** Throws {@link UserError} if Redis can't be used, or the packages are missing. */
export async function openQueue(address: string): Promise<BulkQueue> {
  const shown = withoutPassword(address);
  const packages = await importPackages();
  const redis = await connectRedis(packages.Redis, address);
  const queue = new packages.bullmq.Queue<ChunkJob>(name, { connection: redis, prefix });
  queue.on('error', () => {}); // Redis is unreachable; ioredis reconnects by itself
  return {
    packages,
    redis,
    shown,
    queue,
    state: new BulkState(redis),
    close: async () => {
      await queue.close();
      redis.disconnect();
    },
  };
}

const jobIdOf = ({ campaign, chunk }: ChunkJob) => `${campaign}-${chunk}`;

/** Queues chunks; those that are queued already stay as they are. */
export async function queueChunks({ queue }: BulkQueue, jobs: readonly ChunkJob[]): Promise<void> {
  for (let from = 0; from < jobs.length; from += 500) {
    await queue.addBulk(
      jobs.slice(from, from + 500).map(job => ({
        name: 'chunk',
        data: job,
        opts: {
          jobId: jobIdOf(job),
          removeOnComplete: true,
          attempts: 3,
          backoff: { type: 'exponential', delay: 1000 },
        },
      })),
    );
  }
}

/** Whether a chunk waits, is being translated or was given up. */
export async function isQueued({ queue }: BulkQueue, job: ChunkJob): Promise<boolean> {
  return (await queue.getJob(jobIdOf(job))) !== undefined;
}

/** Takes the chunks of a campaign out of the queue, except those that are being translated. */
export async function removeChunks({ queue }: BulkQueue, campaign: string): Promise<void> {
  for (const job of await queue.getJobs(['wait', 'delayed', 'prioritized', 'failed'])) {
    // A worker may have taken it by now; it sees that the campaign is cancelled.
    if (job.data.campaign === campaign) await job.remove().catch(() => {});
  }
}

/** Throws UserError if there is no campaign of this name. */
export async function findCampaign({ state, shown }: BulkQueue, id: string): Promise<SubmittedCampaign> {
  const all = await state.campaigns();
  const found = all.find(campaign => campaign.id === id);
  if (found) return found;
  const known = all.length > 0 ? `campaigns are ${all.map(each => each.id).join(', ')}` : 'it has none';
  throw new UserError(`Cannot find campaign "${id}" in Redis at ${shown}: ${known}`);
}

/** Chunks that wait or are being translated. */
export async function chunksLeft({ queue }: BulkQueue): Promise<number> {
  return queue.getJobCountByTypes('wait', 'active', 'delayed', 'prioritized');
}

/** `work` throws it to put the chunk back into the queue. */
export class HandBack extends Error {}

/**
 * Takes chunks one by one. A worker that doesn't renew its lock for 20 seconds loses its chunk.
 * @param work is retried a few times if it throws anything but {@link HandBack}.
 */
export function takeChunks(
  { packages: { bullmq }, redis }: BulkQueue,
  work: (job: ChunkJob) => Promise<void>,
): Worker<ChunkJob> {
  const process = async (job: Job<ChunkJob>, token?: string) => {
    try {
      await work(job.data);
    } catch (error) {
      if (!(error instanceof HandBack)) throw error;
      await job.moveToWait(token);
      throw new bullmq.WaitingError();
    }
  };
  const worker = new bullmq.Worker<ChunkJob>(name, process, {
    connection: redis,
    prefix,
    autorun: false,
    lockDuration: 20_000,
    stalledInterval: 10_000,
    // Chunks that no worker survives end by `BulkState.countTake`.
    maxStalledCount: 1_000_000,
    drainDelay: 2,
  });
  worker.on('error', () => {}); // Redis is unreachable, or another worker has the chunk by now
  return worker;
}
