import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { UserError } from '../core/errors.ts';
import type { Computing } from '../runtime/session.ts';
import { type ChunkTools, type OpenCampaign, translateChunk } from './chunk.ts';
import { createPictureTranslator, fetchModel } from './models.ts';
import { openDestination, openSource } from './places/open.ts';
import { type BulkQueue, type ChunkJob, chunksLeft, HandBack, takeChunks } from './queue.ts';

export interface WorkOptions {
  readonly computing: Computing;
  /** Ends when the queue is empty, instead of waiting for more. */
  readonly untilEmpty: boolean;
  /** Once aborted, the current picture is finished and the rest of the chunk handed back. */
  readonly signal: AbortSignal;
  /** Called after each picture. */
  readonly onPicture: (isGood: boolean) => void;
  /** Called when Redis goes away and when it is back. */
  readonly onRedis: (isThere: boolean) => void;
}

/** Milliseconds between reports, and between checks for an empty queue. */
const INTERVAL = 1000;
/** Milliseconds over which a rate is measured. */
const WINDOW = 60_000;

/**
 * Translates chunks one by one. Throws UserError if a source, a destination or a model can't be used; the chunk is
 * handed back then.
 */
export async function work(queue: BulkQueue, options: WorkOptions): Promise<void> {
  const stop = new AbortController();
  const signal = AbortSignal.any([options.signal, stop.signal]);
  const scratch = await mkdtemp(join(tmpdir(), 'pix2pix-bulk-'));
  const translator = createPictureTranslator(signal);
  const campaigns = new Map<string, OpenCampaign>();
  const rate = createRate();
  const tools: ChunkTools = {
    state: queue.state,
    computing: options.computing,
    translator,
    onPicture: isGood => {
      rate.add();
      options.onPicture(isGood);
    },
  };
  let failure: unknown;
  const fail = (error: unknown) => {
    failure ??= error;
    stop.abort();
  };
  let current: string | null = null;
  const worker = takeChunks(queue, async job => {
    current = job.campaign;
    try {
      if (signal.aborted) throw new HandBack();
      await takeChunk(queue, job, tools, campaigns, scratch);
    } catch (error) {
      if (error instanceof HandBack) await queue.state.release(job.campaign, job.chunk);
      if (!(error instanceof UserError)) throw error;
      fail(error);
      throw new HandBack();
    }
  });
  const onDisconnect = () => options.onRedis(false);
  const onConnect = () => options.onRedis(true);
  queue.redis.on('close', onDisconnect).on('ready', onConnect);
  const running = worker.run();
  const name = randomUUID();
  const reportUntilDone = async () => {
    while (!signal.aborted) {
      await queue.state.report(name, {
        host: hostname(),
        process: process.pid,
        campaign: current,
        rate: rate.perSecond(),
      });
      if (options.untilEmpty && (await chunksLeft(queue)) === 0) return;
      await sleep(INTERVAL, undefined, { signal }).catch(() => {});
    }
  };
  const takeUntilDone = async () => {
    await reportUntilDone().catch(fail);
    await worker.close();
    await running;
    await queue.state.leave(name);
  };
  try {
    await Promise.race([takeUntilDone(), stoppedWithoutRedis(queue, options.signal)]);
  } catch (error) {
    await worker.close(true);
    throw error;
  } finally {
    queue.redis.off('close', onDisconnect).off('ready', onConnect);
    translator.close();
    await rm(scratch, { recursive: true, force: true });
  }
  if (failure) throw failure;
  await assertRemembered(queue, [...campaigns.keys()]);
}

/** Rejects with UserError if work is to stop while Redis is away: nothing can be handed back then. */
function stoppedWithoutRedis({ redis, shown }: BulkQueue, signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => {
      if (redis.status === 'ready') return;
      reject(
        new UserError(
          `Cannot give the chunk back: Redis at ${shown} is away; another worker takes it when Redis is back`,
        ),
      );
    });
  });
}

async function takeChunk(
  queue: BulkQueue,
  job: ChunkJob,
  tools: ChunkTools,
  campaigns: Map<string, OpenCampaign>,
  scratch: string,
): Promise<void> {
  if (await queue.state.isCancelled(job.campaign)) return;
  const open = campaigns.get(job.campaign) ?? (await openCampaign(queue, job.campaign, scratch));
  if (!open) return;
  campaigns.set(job.campaign, open);
  await translateChunk(open, job, tools);
}

async function openCampaign({ state }: BulkQueue, id: string, scratch: string): Promise<OpenCampaign | null> {
  const campaign = await state.campaign(id);
  if (!campaign) return null;
  const destination = await openDestination(campaign.destination);
  const source = await openSource(campaign.source, destination.location);
  await source.check(true);
  await destination.check(true);
  return { campaign, source, destination, scratch, model: await fetchModel(campaign, destination, scratch) };
}

/** Throws UserError if Redis lost its data while there was work: the queue is empty for the wrong reason. */
async function assertRemembered({ state, shown }: BulkQueue, ids: readonly string[]): Promise<void> {
  for (const id of ids) {
    if ((await state.campaign(id)) || (await state.isCancelled(id))) continue;
    throw new UserError(
      `Cannot finish campaign ${id}: Redis at ${shown} has lost it; submit it again (finished images are kept), and configure Redis to save its data (appendonly yes)`,
    );
  }
}

/** Counts how often something happened in the last minute. */
function createRate() {
  const started = performance.now();
  let times: number[] = [];
  return {
    add(): void {
      times.push(performance.now());
    },
    perSecond(): number {
      const now = performance.now();
      times = times.filter(time => now - time < WINDOW);
      return (1000 * times.length) / Math.max(Math.min(now - started, WINDOW), 1000);
    },
  };
}
