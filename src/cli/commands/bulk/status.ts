import { type CampaignStatus, readStatus } from '../../../bulk/status.ts';
import { formatCount, formatDuration, formatNumberOf, formatTime } from '../../format.ts';
import { defineCommand } from '../../options/command.ts';
import { jsonOption } from '../../options/shared-options.ts';
import { redisOption, withQueue } from './queue-option.ts';

export const bulkStatus = defineCommand({
  args: {
    campaign: { type: 'positional', required: false, description: 'Its name (default: all campaigns)' },
    ...redisOption,
    failures: { type: 'boolean', description: 'List every image that failed' },
    json: jsonOption,
  },
  examples: ['npx pix2pix bulk status', 'npx pix2pix bulk status 3f9a01c2 --failures'],
  async run({ campaign, redis, failures = false, json }) {
    const status = await withQueue(redis, queue => readStatus(queue, campaign));
    if (json) {
      const campaigns = status.campaigns.map(each => ({
        ...each,
        failures: Object.fromEntries(each.failures),
      }));
      return console.log(JSON.stringify({ ...status, campaigns }));
    }
    if (status.campaigns.length === 0) console.log('No campaigns: submit one with "pix2pix bulk submit"');
    for (const each of status.campaigns) for (const line of linesOf(each, failures)) console.log(line);
    if (status.chunksFailed > 0)
      console.log(
        `${formatNumberOf(status.chunksFailed, 'chunk')} failed because of internal errors; "pix2pix bulk retry" queues them again`,
      );
  },
});

function linesOf(status: CampaignStatus, listed: boolean): string[] {
  const { campaign, translated, left, failures, rate, workers, secondsLeft } = status;
  const failed = [...failures.values()].reduce((sum, names) => sum + names.length, 0);
  const share = Math.floor((100 * (campaign.pictures - left)) / Math.max(campaign.pictures, 1));
  const pace =
    workers === 0
      ? 'no workers'
      : `${rate.toFixed(1)} images a second by ${formatNumberOf(workers, 'worker')}`;
  const time = secondsLeft === null ? 'time left unknown' : `${formatDuration(secondsLeft)} left`;
  return [
    `Campaign ${campaign.id}: ${campaign.source} → ${campaign.destination}, submitted ${formatTime(campaign.submitted)}`,
    `  ${formatCount(translated)} of ${formatCount(campaign.pictures)} images translated, ${formatCount(failed)} failed, ${formatCount(left)} to do (${share} % done)`,
    ...(left === 0 ? [] : [`  ${pace}, ${time}`]),
    ...[...failures].flatMap(([reason, names]) => [
      `  ${formatNumberOf(names.length, 'image')}: ${reason}`,
      ...(listed ? names.map(name => `    ${name}`) : []),
    ]),
  ];
}
