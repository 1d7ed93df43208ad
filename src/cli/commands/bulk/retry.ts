import { retryFailures } from '../../../bulk/status.ts';
import { formatNumberOf } from '../../format.ts';
import { defineCommand } from '../../options/command.ts';
import { jsonOption } from '../../options/shared-options.ts';
import { redisOption, withQueue } from './queue-option.ts';

export const bulkRetry = defineCommand({
  args: {
    campaign: { type: 'positional', required: false, description: 'Its name (default: all campaigns)' },
    ...redisOption,
    json: jsonOption,
  },
  examples: ['npx pix2pix bulk retry', 'npx pix2pix bulk retry 3f9a01c2'],
  async run({ campaign, redis, json }) {
    const { pictures, chunks } = await withQueue(redis, queue => retryFailures(queue, campaign));
    if (json) return console.log(JSON.stringify({ queued: pictures, chunks }));
    const others =
      chunks > 0 ? `, and ${formatNumberOf(chunks, 'chunk')} that failed because of internal errors` : '';
    console.log(`Queued ${formatNumberOf(pictures, 'image')} again${others}`);
  },
});
