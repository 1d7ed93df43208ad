import { type Fit, fits } from '../../../images/resize.ts';
import { writeCombined } from '../../../prepare/combine-pairs.ts';
import { formatNumberOf, shellWord } from '../../format.ts';
import { defineCommand } from '../../options/command.ts';
import { parseChoice, parseSeed } from '../../options/parse.ts';
import { countProgress } from '../../terminal.ts';
import {
  fitFlag,
  outFlag,
  parseShare,
  parseSide,
  requireOut,
  seedFlag,
  sizeFlag,
  testShareFlag,
} from './flags.ts';

export const prepareCombine = defineCommand({
  args: {
    a: { type: 'positional', description: 'Folder of the images A, on the left' },
    b: { type: 'positional', description: 'Folder of the images B, on the right' },
    ...outFlag,
    ...sizeFlag,
    ...fitFlag,
    ...testShareFlag,
    ...seedFlag,
  },
  examples: [
    'npx pix2pix prepare combine photos sketches --out data/sketches',
    'npx pix2pix prepare combine photos labels --out data/labels --size 512 --fit squeeze',
  ],
  async run(args) {
    const out = requireOut(args.out, 'pairs');
    const options = {
      size: parseSide(args.size),
      fit: parseChoice<Fit>('fit', args.fit, fits),
      testShare: parseShare('test-share', args['test-share']),
      seed: parseSeed(args.seed),
    };
    const progress = countProgress('Combining');
    try {
      const settings = { ...options, onProgress: progress.update };
      const { train, test, by, labelSides } = await writeCombined(args._[0]!, args._[1]!, out, settings);
      progress.close();
      console.log(
        `Wrote ${formatNumberOf(train, 'training pair')} and ${formatNumberOf(test, 'test pair')} to ${out}, paired by ${by}`,
      );
      for (const side of labelSides)
        console.log(`Note: side ${side} holds label maps, resized by nearest neighbour`);
      console.log(`View them: npx pix2pix inspect ${shellWord(out)} --sheet ${shellWord(`${out}.png`)}`);
      console.log(`Next: npx pix2pix train ${shellWord(out)} --direction AtoB   (or --direction BtoA)`);
    } finally {
      progress.close();
    }
  },
});
