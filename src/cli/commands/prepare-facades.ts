import { UserError } from '../../core/errors.ts';
import { makeFolder } from '../../data/make-folder.ts';
import { writeSyntheticFacades } from '../../data/synthesize.ts';
import { defineCommand } from '../command.ts';
import { countProgress } from '../count-progress.ts';
import { formatNumberOf, shellWord } from '../format.ts';
import { parseNumber, parseSize } from '../run-options.ts';

export const prepareFacades = defineCommand({
  description: 'Invent facades: photos (A, left) with their label maps (B, right)',
  args: {
    out: { type: 'string', valueHint: 'DIR', description: 'New or empty folder for the data set' },
    count: { type: 'string', valueHint: 'N', default: '400', description: 'Pairs to train with' },
    test: { type: 'string', valueHint: 'N', default: '20', description: 'Pairs to test with' },
    size: { type: 'string', valueHint: 'N', default: '256', description: 'Pixels of each side' },
    seed: { type: 'string', valueHint: 'N', default: '0', description: 'Equal seeds give equal pictures' },
  },
  examples: [
    'npx pix2pix prepare synth facades --out data/facades',
    'npx pix2pix prepare synth facades --out data/small --count 200 --test 10 --size 128 --seed 7',
  ],
  async run(args) {
    const { out: folder = missingOut() } = args;
    const train = parseCount('count', args.count, 1);
    const test = parseCount('test', args.test, 0);
    const seed = parseCount('seed', args.seed, Number.MIN_SAFE_INTEGER);
    const [height, width] = parseSize('size', args.size);
    if (height !== width) {
      throw new UserError(
        `Cannot use --size ${args.size}: side-by-side pairs are square; use --size ${height}`,
      );
    }
    await makeFolder(folder);
    const progress = countProgress('Drawing facades');
    await writeSyntheticFacades(folder, { train, test, size: height, seed, onProgress: progress.update });
    progress.close();
    console.log(
      `Wrote ${formatNumberOf(train, 'training pair')} and ${formatNumberOf(test, 'test pair')} to ${folder}`,
    );
    console.log(`Next: npx pix2pix train ${shellWord(folder)} --direction BtoA`);
  },
});

function missingOut(): never {
  throw new UserError('Cannot prepare facades without --out: name a new folder, such as --out data/facades');
}

function parseCount(name: string, text: string, least: number): number {
  const count = parseNumber(name, text);
  if (Number.isSafeInteger(count) && count >= least) return count;
  const wanted = least === Number.MIN_SAFE_INTEGER ? 'a whole number' : `a whole number, ${least} or more`;
  throw new UserError(`Cannot use --${name} ${text}: it must be ${wanted}`);
}
