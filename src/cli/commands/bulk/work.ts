import { serveMetrics } from '../../../bulk/metrics.ts';
import { work } from '../../../bulk/work.ts';
import { UserError } from '../../../core/errors.ts';
import { chooseDevice } from '../../../runtime/choose-device.ts';
import { formatNumberOf } from '../../format.ts';
import { defineCommand } from '../../options/command.ts';
import { parseThreads } from '../../options/parse.ts';
import { deviceOption, jsonOption, threadsOption } from '../../options/shared-options.ts';
import { onInterrupt } from '../../terminal.ts';
import { redisOption, withQueue } from './queue-option.ts';

export const bulkWork = defineCommand({
  details:
    'Without --until-empty it waits for more work. Ctrl-C finishes the current image and gives the others back to the queue. Exit status 0 also if images failed: see bulk status.',
  args: {
    ...redisOption,
    'until-empty': {
      type: 'boolean',
      description: 'End when nothing is queued, instead of waiting for more',
    },
    device: deviceOption,
    threads: threadsOption,
    metrics: {
      type: 'string',
      valueHint: '[HOST:]PORT',
      description: 'Serve metrics for Prometheus at /metrics (default host: 127.0.0.1)',
    },
    json: jsonOption,
  },
  examples: [
    'npx pix2pix bulk work --until-empty',
    'npx pix2pix bulk work --redis redis://queue.example:6379 --metrics 0.0.0.0:9464',
  ],
  async run(args) {
    const address = args.metrics === undefined ? null : parseAddress(args.metrics);
    const threads = parseThreads(args.threads);
    const stop = new AbortController();
    const counts = { translated: 0, failed: 0 };
    await withQueue(args.redis, async queue => {
      const { device } = await chooseDevice(args.device ?? 'auto');
      const metrics = address && (await serveMetrics(queue, address.host, address.port));
      const release = onInterrupt({
        ask: () => {
          console.error('Stopping after this image; a second Ctrl-C or signal quits immediately');
          stop.abort();
        },
        leave: () => {},
      });
      if (!args.json) console.log(`Working on ${queue.shown}`);
      try {
        await work(queue, {
          computing: { device, threads },
          untilEmpty: args['until-empty'] ?? false,
          signal: stop.signal,
          onPicture: isGood => {
            counts[isGood ? 'translated' : 'failed']++;
            metrics?.onPicture(isGood);
          },
          onRedis: createRedisNotes(queue.shown),
        });
      } finally {
        release();
        metrics?.close();
      }
    });
    if (args.json) return console.log(JSON.stringify(counts));
    const failed = counts.failed > 0 ? `; ${counts.failed} failed, see "pix2pix bulk status"` : '';
    console.log(`Translated ${formatNumberOf(counts.translated, 'image')}${failed}`);
  },
});

/** `9464` or `0.0.0.0:9464`. Throws UserError for anything else. */
function parseAddress(text: string): { readonly host: string; readonly port: number } {
  const [, host = '127.0.0.1', port] = /^(?:(.+):)?(\d{1,5})$/.exec(text) ?? [];
  if (port !== undefined && Number(port) <= 65_535) return { host, port: Number(port) };
  throw new UserError(`Cannot use --metrics "${text}": give a port, or an address such as 0.0.0.0:9464`);
}

/** A line when Redis goes away, and one when it is back. */
function createRedisNotes(shown: string): (isThere: boolean) => void {
  let wasThere = true;
  return isThere => {
    if (isThere === wasThere) return;
    wasThere = isThere;
    console.error(isThere ? `Redis at ${shown} is back` : `Lost Redis at ${shown}; waiting for it`);
  };
}
