import { readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { inThisProcess, openTinyCampaign, temporaryQueue } from '../../test/bulk-fixtures.ts';
import { hashesBelow } from '../../test/reference/bulk.ts';
import { findProgram } from '../../test/reference/find-program.ts';
import { UserError } from '../core/errors.ts';
import type { TaskProcess } from '../runtime/task-process.ts';
import { campaignFiles } from './campaign.ts';
import { type OpenCampaign, translateChunk } from './chunk.ts';
import { createPictureTranslator } from './models.ts';
import type { Destination } from './places/place.ts';
import { HandBack } from './queue.ts';

const program = findProgram('redis-server');

async function setUp(count: number) {
  const { state } = await temporaryQueue(program!);
  const { folder, open, chunk } = await openTinyCampaign(count);
  const { campaign, destination } = open;
  await destination.write(campaignFiles.chunk(chunk.id), new TextEncoder().encode(JSON.stringify(chunk)));
  const work = async (changed: Partial<OpenCampaign>, run = inThisProcess.run) => {
    const child: TaskProcess = { ...inThisProcess, run };
    const translator = createPictureTranslator(new AbortController().signal, child);
    const tools = { state, translator, computing: {}, onPicture: () => {} };
    const job = { campaign: campaign.id, chunk: chunk.id, retry: false };
    await translateChunk({ ...open, ...changed }, job, tools).finally(() => allDone(translator));
  };
  return { state, folder, open, campaign, work };
}

/** Waits for the pictures that the chunk has begun: they have their turns one by one. */
async function allDone(translator: ReturnType<typeof createPictureTranslator>): Promise<void> {
  const end = new Error('All had their turns');
  const asked = translator.translate({} as never, () => Promise.reject(end));
  await expect(asked).rejects.toBe(end);
}

test.skipIf(!program)(
  'a cancelled campaign ends after the picture that is being translated (needs "apt-get install redis-server")',
  async () => {
    const { state, open, campaign, work } = await setUp(8);
    let pictures = 0;
    const working = work({}, async task => {
      if (++pictures === 2) await state.cancel(campaign.id);
      return inThisProcess.run(task);
    });
    await expect(working).rejects.toThrow(HandBack);
    expect(Object.keys(await hashesBelow(open.destination.location))).toHaveLength(2);
  },
);

test.skipIf(!program)(
  'a picture whose campaign is cancelled meanwhile is not put into a bucket, and its copy is removed (needs "apt-get install redis-server")',
  async () => {
    const { state, folder, open, campaign, work } = await setUp(3);
    const kept: string[] = [];
    const bucket: Destination = {
      ...open.destination,
      pathFor: name => join(folder, `copy-${name.replaceAll('/', '-')}`),
      keep: async name => void kept.push(name),
      release: path => rm(path, { force: true }),
    };
    const working = work({ destination: bucket }, async task => {
      const reason = await inThisProcess.run(task);
      await state.cancel(campaign.id);
      return reason;
    });
    await expect(working).rejects.toThrow(HandBack);
    expect(kept).toEqual([]);
    expect((await readdir(folder)).filter(name => name.startsWith('copy-'))).toEqual([]);
  },
);

test.skipIf(!program)(
  'a picture fails by itself, but not if copies can’t be written (needs "apt-get install redis-server")',
  async () => {
    const { state, folder, open, campaign, work } = await setUp(2);
    await writeFile(join(open.source.location, '1.png'), 'no image');
    const scratch = join(folder, 'model.onnx');
    await expect(work({ scratch })).rejects.toThrow(UserError);
    expect((await state.failures(campaign.id)).size).toBe(0);
    await work({});
    expect([...(await state.failures(campaign.id)).keys()]).toEqual(['1.png']);
  },
);
