import { packPairs } from '../../../prepare/pack-pairs.ts';
import { formatNumberOf, shellWord } from '../../format.ts';
import { defineCommand } from '../../options/command.ts';
import { parseWithin } from '../../options/parse.ts';
import { countProgress } from '../../terminal.ts';
import { outFlag, requireOut } from './flags.ts';

export const preparePack = defineCommand({
  details:
    'Few large files are easier to copy and faster to list than many small ones. Images are not changed.',
  args: {
    data: { type: 'positional', description: 'Folder of image pairs' },
    ...outFlag,
    'per-shard': { type: 'string', valueHint: 'N', default: '1000', description: 'Pairs in a tar file' },
  },
  examples: ['npx pix2pix prepare pack facades --out data/facades-shards'],
  async run(args) {
    const out = requireOut(args.out, 'shards');
    const perShard = parseWithin('per-shard', args['per-shard'], { least: 1, most: 1_000_000, whole: true });
    const progress = countProgress('Packing');
    try {
      const { pairs, shards } = await packPairs(args._[0]!, out, { perShard, onProgress: progress.update });
      progress.close();
      console.log(
        `Wrote ${formatNumberOf(pairs, 'pair')} in ${formatNumberOf(shards, 'tar file')} to ${out}`,
      );
      console.log(`Next: npx pix2pix train ${shellWord(out)}`);
    } finally {
      progress.close();
    }
  },
});
