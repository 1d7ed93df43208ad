import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { openBucket } from '../reference/bucket.ts';
import { s3User, startS3 } from '../reference/bulk.ts';
import { campaignLog } from '../reference/campaign-log.ts';
import { startGate } from '../reference/gate.ts';
import { runCommand } from '../reference/kill-campaign.ts';
import { layouts, secondsToFirstStep, withManyPairs } from '../reference/many-pairs.ts';
import { loggedLosses } from '../reference/small-runs.ts';

const isBuilt = existsSync(join(import.meta.dirname, '../../dist/index.js'));

test.skipIf(!isBuilt).each(layouts)(
  '100,000 pairs as %s start training within 10 s (needs "npm run build" and idle cores)',
  async layout => {
    const seconds = await withManyPairs(layout, 100_000, data => secondsToFirstStep(data));
    console.log(`100,000 pairs as ${layout}: first step after ${seconds.toFixed(1)} s`);
    expect(seconds).toBeLessThan(10);
  },
);

test.skipIf(!isBuilt)(
  '100,000 pairs in 100 shards in a bucket: indexed once, within 10 s, and resumed at the exact pair (needs "npm run build" and idle cores)',
  { timeout: 3_600_000 },
  () => withManyPairs('tar shards', 100_000, trainFromBucket),
);

async function trainFromBucket(folder: string): Promise<void> {
  const note = campaignLog('shards-in-bucket');
  const s3 = await startS3(join(folder, 's3'), ['pairs']);
  const gate = await startGate(s3.port);
  try {
    for (const [name, value] of Object.entries({ ...s3User, AWS_ENDPOINT_URL_S3: gate.endpoint }))
      vi.stubEnv(name, value);
    await openBucket(gate.endpoint, 'pairs').upload(folder, '');
    const [first, second] = [join(folder, 'first'), join(folder, 'second')];
    const times: number[] = [];
    for (const run of [first, second]) {
      gate.asked.length = 0;
      times.push(await secondsToFirstStep('s3://pairs', run));
      note(`first step after ${times.at(-1)!.toFixed(1)} s, with ${gate.asked.length} requests`);
    }
    // Lists, the index and few pairs: nothing is searched again.
    expect(gate.asked.length).toBeLessThan(100);
    const ends = ['--steps', '6', '--json'];
    expect(await runCommand(['train', '--resume', first, ...ends])).toMatchObject({ status: 0 });
    const flags = ['--preset', 'lite', '--filters', '4', '--size', '32', '--device', 'cpu'];
    const through = join(folder, 'through');
    expect(await runCommand(['train', 's3://pairs', ...flags, ...ends, '--out', through])).toMatchObject({
      status: 0,
    });
    expect(await loggedLosses(first)).toEqual(await loggedLosses(through));
    note('resumed at the exact pair');
    expect(Math.max(...times)).toBeLessThan(10);
  } finally {
    vi.unstubAllEnvs();
    gate.close();
    await s3.stop();
  }
}
