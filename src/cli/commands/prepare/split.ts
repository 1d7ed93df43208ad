import { resolve } from 'node:path';
import { UserError } from '../../../core/errors.ts';
import { isBelow } from '../../../files/folder.ts';
import { type SplitOptions, type SplitResult, writeSplits } from '../../../prepare/split-pairs.ts';
import { formatNumberOf, shellWord } from '../../format.ts';
import { defineCommand } from '../../options/command.ts';
import { parseSeed } from '../../options/parse.ts';
import { countProgress } from '../../terminal.ts';
import { outFlag, parseShare, requireOut, seedFlag, testShareFlag } from './flags.ts';

export const prepareSplit = defineCommand({
  args: {
    data: { type: 'positional', description: 'Folder of image pairs; existing test and val splits are kept' },
    ...outFlag,
    ...testShareFlag,
    'val-share': {
      type: 'string',
      valueHint: 'N',
      default: '0',
      description: 'Share of the pairs for the val split',
    },
    ...seedFlag,
  },
  examples: [
    'npx pix2pix prepare split pairs --out data/pairs',
    'npx pix2pix prepare split pairs --out data/pairs --test-share 0.2 --val-share 0.1',
  ],
  async run(args) {
    const data = args._[0]!;
    const out = requireOut(args.out, 'splits');
    const options = {
      testShare: parseShare('test-share', args['test-share']),
      valShare: parseShare('val-share', args['val-share']),
      seed: parseSeed(args.seed),
    };
    const { testShare, valShare } = options;
    if (testShare + valShare >= 1) {
      throw new UserError(
        `Cannot use --test-share ${testShare} with --val-share ${valShare}: together they leave no training pairs; their sum must be below 1`,
      );
    }
    if (isBelow(resolve(data), resolve(out))) {
      throw new UserError(
        `Cannot write the splits into "${out}": it is inside the data set; name a folder beside it`,
      );
    }
    const progress = countProgress('Looking at pairs');
    try {
      const result = await writeSplits(data, out, { ...options, onProgress: progress.update });
      progress.close();
      console.log([...linesOf(result, out), ...notesOn(data, result, options)].join('\n'));
      console.log(`Next: npx pix2pix train ${shellWord(out)}`);
    } finally {
      progress.close();
    }
  },
});

function linesOf({ counts: { train, val, test }, groups }: SplitResult, out: string): string[] {
  return [
    `Wrote ${formatNumberOf(train, 'training pair')}, ${formatNumberOf(val, 'validation pair')} and ${formatNumberOf(test, 'test pair')} to ${out}`,
    ...(groups > 0 ? [`Kept ${formatNumberOf(groups, 'group')} of near-duplicates together`] : []),
  ];
}

/** What of the options had no effect, and what is wrong with the copies. */
function notesOn(
  data: string,
  { existing, unreadable }: SplitResult,
  { testShare, valShare }: SplitOptions,
): string[] {
  const kept = (
    [
      ['test', testShare],
      ['val', valShare],
    ] as const
  ).filter(([split, share]) => share > 0 && existing.has(split));
  const notes = kept.map(
    ([split]) => `Note: "${data}" has a ${split} split, which is kept: --${split}-share has no effect`,
  );
  if (unreadable.length === 0) return notes;
  const files = formatNumberOf(unreadable.length, 'file');
  const fix = `leave ${unreadable.length === 1 ? 'it' : 'them'} out with "pix2pix inspect ${shellWord(data)} --fix NEW"`;
  return [...notes, `Note: Copied ${files} that can’t be read, such as ${unreadable[0]}; ${fix}`];
}
