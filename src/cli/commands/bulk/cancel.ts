import { cancelCampaign } from '../../../bulk/cancel.ts';
import { findCampaign } from '../../../bulk/queue.ts';
import { defineCommand } from '../../options/command.ts';
import { jsonOption } from '../../options/shared-options.ts';
import { redisOption, withQueue } from './queue-option.ts';

export const bulkCancel = defineCommand({
  details:
    'Results stay in the destination. Submit the same again to go on: chunks that were finished are not repeated.',
  args: {
    campaign: { type: 'positional', description: 'Its name, as bulk status shows it' },
    ...redisOption,
    json: jsonOption,
  },
  examples: ['npx pix2pix bulk cancel 3f9a01c2'],
  async run({ _: words, redis, json }) {
    const id = words[0]!;
    const campaign = await withQueue(redis, async queue => {
      const found = await findCampaign(queue, id);
      await cancelCampaign(queue, id);
      return found;
    });
    if (json) return console.log(JSON.stringify(campaign));
    console.log(`Cancelled campaign ${id}; its results stay in ${campaign.destination}`);
  },
});
