import { describe, expect, it } from 'vitest';
import { checkArguments, defineCommand } from './command.ts';

const args = {
  model: { type: 'positional' },
  input: { type: 'positional' },
  out: { type: 'string', valueHint: 'DIR' },
  shuffle: { type: 'boolean' },
} as const;
const example = { description: '', args, examples: ['pix2pix paint m i'], run: async () => {} };
const single = defineCommand(example);
const repeating = defineCommand({ ...example, repeats: 'input' });

const check = (line: string, command = single) =>
  checkArguments(command, line.split(' ').filter(Boolean), ['pix2pix', 'paint']);

describe('checkArguments', () => {
  it.each([
    'm i',
    'm i --out o',
    '--out=o m i',
    '--shuffle m i',
    'm --no-shuffle i',
    'm -- -i',
    'm i --out -1',
  ])('lets "%s" pass', line => {
    expect(() => check(line)).not.toThrow();
  });

  it('lets the last argument repeat only if the command allows it', () => {
    expect(() => check('m i j k', repeating)).not.toThrow();
    expect(() => check('m i j')).toThrow('Cannot use argument "j" with "pix2pix paint": it takes 2; see');
  });

  it.each([
    [
      'm i --ou',
      'Cannot use flag "--ou" with "pix2pix paint": did you mean "--out"? see pix2pix paint --help',
    ],
    ['m i --suffle', 'did you mean "--shuffle"?'],
    ['m i --no-suffle', 'did you mean "--no-shuffle"?'],
    ['m i --our', 'Cannot use flag "--our" with "pix2pix paint": it does not exist; see'],
    ['m i --elephant', 'Cannot use flag "--elephant" with "pix2pix paint": it does not exist; see'],
    ['m i --no-out', 'Cannot use flag "--no-out"'],
    ['m i -x', 'Cannot use flag "-x"'],
    ['m i --out', 'Cannot use --out without a value: write --out DIR'],
    ['m i --out=', 'Cannot use --out without a value'],
    ['m i --out --shuffle', 'Cannot use --out without a value'],
    ['m i --shuffle=no', '--shuffle is a switch'],
    ['', 'Cannot run "pix2pix paint" without MODEL and INPUT: for example pix2pix paint m i'],
    [
      'm',
      'Cannot run "pix2pix paint" with "m" alone: it needs MODEL and INPUT; for example pix2pix paint m i',
    ],
  ])('refuses "%s"', (line, message) => {
    expect(() => check(line)).toThrow(message);
  });
});
