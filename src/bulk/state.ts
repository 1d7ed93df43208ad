import type { Redis } from 'ioredis';
import * as z from 'zod';
import { type Chunk, campaignSchema } from './campaign.ts';

/** A campaign that was submitted. */
const submittedSchema = campaignSchema.extend({
  /** Of all its chunks; a picture that changed is counted again. */
  pictures: z.int().nonnegative(),
  /** ISO 8601. */
  submitted: z.string(),
});
export type SubmittedCampaign = z.infer<typeof submittedSchema>;

const failureSchema = z.object({ chunk: z.string(), reason: z.string() });
export type Failure = z.infer<typeof failureSchema>;

/** A worker's status report. */
const workerSchema = z.object({
  host: z.string(),
  process: z.int(),
  campaign: z.string().nullable(),
  /** Pictures per second, over the last minute. */
  rate: z.number(),
});
export type WorkerReport = z.infer<typeof workerSchema>;

/** Seconds without a report after which a worker counts as gone. */
const WORKER_TIMEOUT_SECONDS = 30;

/** If a chunk crashes this many workers at the same picture, that picture is given up. */
const MOST_TAKES = 3;

const campaigns = 'pix2pix:campaigns';
const cancelled = 'pix2pix:cancelled';
const reported = 'pix2pix:worker:';

/** Progress of campaigns, in Redis. All writes are idempotent. */
export class BulkState {
  constructor(readonly redis: Redis) {}

  /** Newest first. */
  async campaigns(): Promise<SubmittedCampaign[]> {
    const texts = await this.redis.hvals(campaigns);
    const found = texts.map(text => submittedSchema.parse(JSON.parse(text)));
    return found.sort((a, b) => (a.submitted > b.submitted ? -1 : 1));
  }

  async campaign(id: string): Promise<SubmittedCampaign | null> {
    const text = await this.redis.hget(campaigns, id);
    return text === null ? null : submittedSchema.parse(JSON.parse(text));
  }

  async submit(campaign: SubmittedCampaign): Promise<void> {
    await this.redis.srem(cancelled, campaign.id);
    await this.redis.hset(campaigns, campaign.id, JSON.stringify(campaign));
  }

  async cancel(id: string): Promise<void> {
    await this.redis.sadd(cancelled, id);
    await this.redis.hdel(campaigns, id);
    await this.redis.del(...['chunks', 'failures', 'takes'].map(part => keyOf(id, part)));
  }

  /** Whether it was cancelled, and not submitted again since. */
  async isCancelled(id: string): Promise<boolean> {
    return (await this.redis.sismember(cancelled, id)) === 1;
  }

  /** Number of leading pictures of a chunk that are done or have failed. */
  async done(id: string, chunk: string): Promise<number> {
    return Number((await this.redis.hget(keyOf(id, 'chunks'), chunk)) ?? 0);
  }

  async setDone(id: string, chunk: string, pictures: number): Promise<void> {
    await this.redis.hset(keyOf(id, 'chunks'), chunk, pictures);
  }

  /** Pictures of the campaign that are done or have failed. */
  async doneOf(id: string): Promise<number> {
    const counts = await this.redis.hvals(keyOf(id, 'chunks'));
    return counts.reduce((sum, count) => sum + Number(count), 0);
  }

  async failures(id: string): Promise<ReadonlyMap<string, Failure>> {
    const entries = Object.entries(await this.redis.hgetall(keyOf(id, 'failures')));
    return new Map(entries.map(([name, text]) => [name, failureSchema.parse(JSON.parse(text))]));
  }

  /** The chunk's failed pictures, by name, with the reasons. */
  async failuresOf(id: string, { id: chunk, pictures }: Chunk): Promise<ReadonlyMap<string, string>> {
    const names = pictures.map(({ name }) => name);
    const texts = await this.redis.hmget(keyOf(id, 'failures'), ...names);
    const found = new Map<string, string>();
    texts.forEach((text, i) => {
      const failure = text === null ? null : failureSchema.parse(JSON.parse(text));
      if (failure?.chunk === chunk) found.set(names[i]!, failure.reason);
    });
    return found;
  }

  async fail(id: string, name: string, failure: Failure): Promise<void> {
    await this.redis.hset(keyOf(id, 'failures'), name, JSON.stringify(failure));
  }

  async forgetFailure(id: string, name: string): Promise<void> {
    await this.redis.hdel(keyOf(id, 'failures'), name);
  }

  /**
   * Records that a worker takes a chunk at a position.
   * @returns whether too many workers have crashed there.
   */
  async countTake(id: string, chunk: string, position: string): Promise<boolean> {
    const key = keyOf(id, 'takes');
    const [before, count] = (await this.redis.hget(key, chunk))?.split(' ') ?? [];
    const takes = before === position ? Number(count) + 1 : 1;
    await this.redis.hset(key, chunk, `${position} ${takes}`);
    return takes > MOST_TAKES;
  }

  /** Clears the count of {@link countTake}: the chunk is handed back, or done. */
  async release(id: string, chunk: string): Promise<void> {
    await this.redis.hdel(keyOf(id, 'takes'), chunk);
  }

  async report(worker: string, report: WorkerReport): Promise<void> {
    await this.redis.set(reported + worker, JSON.stringify(report), 'EX', WORKER_TIMEOUT_SECONDS);
  }

  async leave(worker: string): Promise<void> {
    await this.redis.del(reported + worker);
  }

  async workers(): Promise<WorkerReport[]> {
    const found: WorkerReport[] = [];
    for await (const keys of this.redis.scanStream({ match: `${reported}*`, count: 1000 })) {
      const texts = keys.length > 0 ? await this.redis.mget(keys as string[]) : [];
      for (const text of texts) if (text !== null) found.push(workerSchema.parse(JSON.parse(text)));
    }
    return found;
  }
}

function keyOf(id: string, part: string): string {
  return `pix2pix:${id}:${part}`;
}
