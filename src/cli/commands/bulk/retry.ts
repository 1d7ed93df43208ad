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
    const queued = await withQueue(redis, queue => retryFailures(queue, campaign));
    console.log(json ? JSON.stringify({ queued }) : `Queued ${formatNumberOf(queued, 'image')} once more`);
  },
});
