import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { pix2pix } from './main.ts';
import { type Command, type CommandEntry, type CommandGroup, isGroup } from './options/command.ts';
import { helpText } from './options/help.ts';

interface Entry {
  readonly words: readonly string[];
  readonly description: string;
  readonly command: Command | CommandGroup;
}

const root: CommandEntry = { description: 'pix2pix', load: async () => pix2pix };
const entries = await entriesBelow(root, ['pix2pix']);

const helpOf = (name: string, all = false): string => {
  const { words, description, command } = entries.find(({ words }) => words.join(' ') === name)!;
  return helpText(command, words, { description, all });
};

describe.each(entries.map(({ words }) => words.join(' ')))('%s --help', name => {
  it('fits 100 columns, starts with what the command does and ends with an example', () => {
    for (const all of [false, true]) {
      const lines = helpOf(name, all).split('\n');
      expect(lines.filter(line => line.length > 100)).toEqual([]);
      expect(lines.filter(line => line !== line.trimEnd())).toEqual([]);
      expect(lines[0]).toMatch(/^[A-Z].*[^.]$|^pix2pix$/);
      expect(lines.at(-1)).toMatch(/^ {2}npx pix2pix /);
    }
  });
});

describe('pix2pix train --help', () => {
  it('shows twenty options, and all of them with --help all', () => {
    expect(flagsIn(helpOf('pix2pix train'))).toHaveLength(20);
    const { command } = entries.find(({ words }) => words.at(-1) === 'train')!;
    const flags = Object.entries((command as Command).args).filter(([, { type }]) => type !== 'positional');
    expect(flagsIn(helpOf('pix2pix train', true)).sort()).toEqual(flags.map(([flag]) => `--${flag}`).sort());
    expect(helpOf('pix2pix train')).toContain(
      `pix2pix train --help all lists ${flags.length - 20} more options`,
    );
  });

  it('starts with the data, the run folder and the device', () => {
    const top = helpOf('pix2pix train').split('\n').slice(0, 18).join('\n');
    for (const word of ['DATA', '--out', '--resume', '--device', '--preset']) expect(top).toContain(word);
  });

  it('shows the defaults of preset images, for the discriminator as well', () => {
    const help = helpOf('pix2pix train', true).replace(/\n {5,}/g, ' ');
    for (const [flag, value] of [
      ['filters', '24'],
      ['norm', 'instance'],
      ['initializer', 'normal'],
      ['learning-rate', '0.0008'],
      ['discriminator-filters', '16'],
      ['discriminator-norm', 'spectral'],
      ['discriminator-initializer', 'normal'],
      ['discriminator-learning-rate', '0.0004'],
    ]) {
      expect(help).toMatch(new RegExp(`^ {2}--${flag} .*\\(default: ${value}\\)$`, 'm'));
    }
  });

  it('lists options by group', () => {
    const groups = [...helpOf('pix2pix train', true).matchAll(/^(\w+):$/gm)].map(([, title]) => title);
    expect(groups).toEqual(
      'Arguments Options Data Networks Losses Optimiser Schedule Augmentation Checkpoints Validation Output Device Examples'.split(
        ' ',
      ),
    );
  });
});

/** Flags of pix2pix itself, of Node, npm and mpirun. */
const foreign = new Set([
  'bind-to',
  'help',
  'version',
  'expose-gc',
  'input-type',
  'ignore-scripts',
  'pack-destination',
  'loglevel',
]);

it('every flag that a message, a help text or the server names exists', () => {
  const known = new Set(
    entries.flatMap(({ command }) => (isGroup(command) ? [] : Object.keys(command.args))),
  );
  const sources = readdirSync('src', { recursive: true, encoding: 'utf8' })
    .filter(name => name.endsWith('.ts') && !name.endsWith('.test.ts'))
    .map(name => join('src', name));
  const unknown = sources.flatMap(path =>
    [...readFileSync(path, 'utf8').matchAll(/[\s"'`]--(?:no-)?([a-z][a-z0-9-]*[a-z0-9])(?![\w-]*[:.$-])/g)]
      .map(([, name]) => name!)
      .filter(name => !known.has(name) && !foreign.has(name))
      .map(name => `${path}: --${name}`),
  );
  expect(unknown).toEqual([]);
});

async function entriesBelow({ description, load }: CommandEntry, words: readonly string[]): Promise<Entry[]> {
  const command = await load();
  if (!isGroup(command)) return [{ words, description, command }];
  const below = Object.entries(command.commands).map(([word, entry]) =>
    entriesBelow(entry, [...words, word]),
  );
  return [{ words, description, command }, ...(await Promise.all(below)).flat()];
}

function flagsIn(help: string): string[] {
  return [...help.matchAll(/^ {2}--(?:\[no-\])?([a-z][\w-]*)/gm)].map(([, name]) => `--${name}`);
}
