import { UserError } from '../../../core/errors.ts';
import { writeTiles } from '../../../prepare/crop-pairs.ts';
import { formatNumberOf, shellWord } from '../../format.ts';
import { defineCommand } from '../../options/command.ts';
import { parseWithin } from '../../options/parse.ts';
import { countProgress } from '../../terminal.ts';
import { outFlag, parseSide, requireOut, sizeFlag } from './flags.ts';

export const prepareCrop = defineCommand({
  args: {
    data: { type: 'positional', description: 'Folder of image pairs' },
    ...outFlag,
    ...sizeFlag,
    overlap: {
      type: 'string',
      valueHint: 'N',
      default: '0',
      description: 'Smallest overlap of neighbouring tiles in pixels',
    },
  },
  examples: [
    'npx pix2pix prepare crop maps --out data/tiles --size 256',
    'npx pix2pix prepare crop maps --out data/tiles --size 128 --overlap 32',
  ],
  async run(args) {
    const out = requireOut(args.out, 'tiles');
    const size = parseSide(args.size);
    const overlap = parseWithin('overlap', args.overlap, { least: 0, most: 4096, whole: true });
    if (overlap >= size)
      throw new UserError(`Cannot use --overlap ${overlap}: it must be less than --size ${size}`);
    const progress = countProgress('Cutting tiles');
    try {
      const counts = await writeTiles(args._[0]!, out, { size, overlap, onProgress: progress.update });
      progress.close();
      const shown = Object.entries(counts).map(
        ([split, count]) => `${formatNumberOf(count, 'pair')} for ${split}`,
      );
      console.log(`Wrote ${new Intl.ListFormat('en').format(shown)} to ${out}`);
      const sizeWords = size === 256 ? '' : ` --size ${size}`;
      console.log(`Next: npx pix2pix train ${shellWord(out)}${sizeWords}`);
    } finally {
      progress.close();
    }
  },
});
