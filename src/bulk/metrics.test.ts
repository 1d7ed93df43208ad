import { expect, onTestFinished, test } from 'vitest';
import { temporaryFolder } from '../../test/data-fixtures.ts';
import { freePort, startRedis } from '../../test/reference/bulk.ts';
import { findProgram } from '../../test/reference/find-program.ts';
import { serveMetrics } from './metrics.ts';
import { openQueue } from './queue.ts';

const program = findProgram('redis-server');

test.skipIf(!program)(
  'metrics are refused in one line while Redis answers with an error, and served again after (needs "apt-get install redis-server")',
  async () => {
    const server = await startRedis(program!, await temporaryFolder());
    onTestFinished(() => server.stop());
    const queue = await openQueue(`redis://127.0.0.1:${server.port}/0`);
    onTestFinished(() => queue.close());
    const port = await freePort();
    const metrics = await serveMetrics(queue, '127.0.0.1', port);
    onTestFinished(() => metrics.close());

    const ask = () => fetch(`http://127.0.0.1:${port}/metrics`);
    await queue.redis.set('pix2pix:chunks:wait', 'not a list');
    const refused = await ask();
    expect(refused.status).toBe(503);
    expect(await refused.text()).toMatch(
      /^Cannot count the chunks in Redis at redis:\/\/127\.0\.0\.1:\d+\/0: .*WRONGTYPE.*\n$/,
    );
    await queue.redis.del('pix2pix:chunks:wait');
    expect(await (await ask()).text()).toContain('pix2pix_bulk_chunks_left 0');
  },
);
