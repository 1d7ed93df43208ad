import { UserError } from '../../../core/errors.ts';
import type { Direction } from '../../../core/image-pair.ts';
import { makeFolder } from '../../../files/folder.ts';
import { type InventedKind, writeSyntheticPairs } from '../../../prepare/synthesize.ts';
import { formatNumberOf, shellWord } from '../../format.ts';
import { type Command, defineCommand } from '../../options/command.ts';
import { parseSeed, parseSize, parseWithin } from '../../options/parse.ts';
import { countProgress } from '../../terminal.ts';
import { requireOut } from './flags.ts';

/** What is invented, and the direction that is worth learning. */
export const invented: Readonly<Record<InventedKind, { about: string; direction: Direction }>> = {
  facades: { about: 'facades: photos (A, left) with their label maps (B, right)', direction: 'BtoA' },
  maps: { about: 'parts of towns: aerial views (A, left) with their maps (B, right)', direction: 'BtoA' },
  shapes: { about: 'coloured shapes (A, left) with their outlines (B, right)', direction: 'BtoA' },
};

const counts = { least: 0, most: Number.MAX_SAFE_INTEGER, whole: true };

/** `pix2pix prepare synth <kind> --out DIR` */
export function synthCommand(kind: InventedKind): Command {
  const { about, direction } = invented[kind];
  return defineCommand({
    details: `Draws ${about}.`,
    args: {
      out: { type: 'string', valueHint: 'DIR', description: 'New or empty folder for the data set' },
      count: { type: 'string', valueHint: 'N', default: '400', description: 'Number of training pairs' },
      test: { type: 'string', valueHint: 'N', default: '20', description: 'Number of test pairs' },
      size: { type: 'string', valueHint: 'N', default: '256', description: 'Size in pixels of each side' },
      seed: {
        type: 'string',
        valueHint: 'N',
        default: '0',
        description: 'Random seed; equal seeds give equal images',
      },
    },
    examples: [
      `npx pix2pix prepare synth ${kind} --out data/${kind}`,
      `npx pix2pix prepare synth ${kind} --out data/small --count 200 --test 10 --size 128 --seed 7`,
    ],
    async run(args) {
      const folder = requireOut(args.out, kind);
      const train = parseWithin('count', args.count, { ...counts, least: 1 });
      const test = parseWithin('test', args.test, counts);
      const seed = parseSeed(args.seed);
      const [size, width] = parseSize('size', args.size);
      if (size !== width) {
        throw new UserError(
          `Cannot use --size ${args.size}: synthetic images are square; use --size ${size}`,
        );
      }
      await makeFolder(folder);
      const progress = countProgress(`Drawing ${kind}`);
      try {
        await writeSyntheticPairs(kind, folder, { train, test, size, seed, onProgress: progress.update });
      } finally {
        progress.close();
      }
      console.log(
        `Wrote ${formatNumberOf(train, 'training pair')} and ${formatNumberOf(test, 'test pair')} to ${folder}`,
      );
      console.log(`Next: npx pix2pix train ${shellWord(folder)} --direction ${direction}`);
    },
  });
}
