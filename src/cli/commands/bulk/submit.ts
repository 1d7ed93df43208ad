import { submitCampaign } from '../../../bulk/submit.ts';
import { chooseFormat } from '../../../translate/plan-outputs.ts';
import { formatCount, formatNumberOf } from '../../format.ts';
import { defineCommand } from '../../options/command.ts';
import { jsonOption, modelArgument } from '../../options/shared-options.ts';
import { imageOptions, parseImageOptions } from '../../translating/image-options.ts';
import { redisOption, withQueue } from './queue-option.ts';

export const bulkSubmit = defineCommand({
  details:
    'The destination keeps the model and lists of the images in its subfolder .pix2pix. Submitting again adds what is new or has changed.',
  args: {
    model: modelArgument,
    source: {
      type: 'positional',
      description: 'Folder or s3:// address of images, or a text file with the path of an image in each line',
    },
    destination: { type: 'positional', description: 'Folder or s3:// address for the results' },
    ...redisOption,
    ...imageOptions,
    force: {
      type: 'boolean',
      description: 'Use a destination that has the results of another model, source or options',
    },
    json: jsonOption,
  },
  examples: [
    'npx pix2pix bulk submit runs/maps tiles out',
    'npx pix2pix bulk submit runs/maps s3://imagery/tiles s3://imagery/maps',
    'npx pix2pix bulk submit runs/maps tiles.txt out --resize --redis redis://queue.example:6379',
  ],
  async run(args) {
    const { side, resize, format, tile, overlap } = parseImageOptions(args);
    const [model, source, destination] = args._ as [string, string, string];
    const { campaign, queued, kept } = await withQueue(args.redis, queue =>
      submitCampaign(queue, {
        model,
        source,
        destination,
        force: args.force ?? false,
        optionsFor: description => ({
          side,
          size: resize ? description.size.trained : undefined,
          format: chooseFormat(format, description),
          tile,
          overlap,
        }),
      }),
    );
    if (args.json) return console.log(JSON.stringify({ ...campaign, queued, kept }));
    const before = kept > 0 ? `; ${formatCount(kept)} were queued or translated before` : '';
    console.log(`Campaign ${campaign.id}: queued ${formatNumberOf(queued, 'image')}${before}`);
    console.log('Next: npx pix2pix bulk work --until-empty');
  },
});
