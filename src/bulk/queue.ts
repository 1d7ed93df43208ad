import type { Job, Queue, Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import { type BulkPackages, connectRedis, importPackages, withoutPassword } from './redis.ts';
import { BulkState } from './state.ts';

/** A chunk in the queue; what it holds is in the campaign's destination. */
export interface ChunkJob {
  readonly campaign: string;
  readonly chunk: string;
  /** Only those pictures of the chunk that failed before. */
  readonly retry: boolean;
}

const name = 'chunks';
const prefix = 'pix2pix';

/** The queue, and what is known of campaigns, in one Redis. */
export interface BulkQueue {
  readonly packages: BulkPackages;
  readonly redis: Redis;
  /** The address of Redis, without its password. */
  readonly shown: string;
  readonly queue: Queue<ChunkJob>;
  readonly state: BulkState;
  close(): Promise<void>;
}

/** Throws {@link UserError} where Redis can't be used, or the packages are missing. */
export async function openQueue(address: string): Promise<BulkQueue> {
  const shown = withoutPassword(address);
  const packages = await importPackages();
  const redis = await connectRedis(packages.Redis, address);
  const queue = new packages.bullmq.Queue<ChunkJob>(name, { connection: redis, prefix });
  queue.on('error', () => {}); // Redis is away; connections come back by themselves
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

/** Queues chunks; those that are queued already stay as they are. */
export async function queueChunks({ queue }: BulkQueue, jobs: readonly ChunkJob[]): Promise<void> {
  for (let from = 0; from < jobs.length; from += 500) {
    await queue.addBulk(
      jobs.slice(from, from + 500).map(job => ({
        name: 'chunk',
        data: job,
        opts: {
          jobId: `${job.campaign}-${job.chunk}`,
          removeOnComplete: true,
          attempts: 3,
          backoff: { type: 'exponential', delay: 1000 },
        },
      })),
    );
  }
}

/** Chunks that wait for a worker or that one is at. */
export async function chunksLeft({ queue }: BulkQueue): Promise<number> {
  return queue.getJobCountByTypes('wait', 'active', 'delayed', 'prioritized');
}

/** Thrown by what `work` does where the chunk goes back into the queue. */
export class HandBack extends Error {}

/**
 * Takes one chunk after the other. Who is silent for 20 seconds loses its chunk to another worker.
 * @param work an error of it is tried again, a few times, unless it is {@link HandBack}.
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
    // Chunks that no worker survives end by `BulkState.take`.
    maxStalledCount: 1_000_000,
    drainDelay: 2,
  });
  worker.on('error', () => {}); // Redis is away, or another worker has the chunk by now
  return worker;
}
