import { stripVTControlCharacters } from 'node:util';
import { expect, test } from 'vitest';
import { pix2pix } from '../src/cli/main.ts';
import { type Command, type CommandGroup, isGroup } from '../src/cli/options/command.ts';
import { helpText } from '../src/cli/options/help.ts';
import { flagSettings } from '../src/config/settings-index.ts';

test('docs/command-reference.md is up to date; npm run docs:reference writes it', async () => {
  const page = [
    '# Command reference',
    '<!-- Written by `npm run docs:reference` from the declarations in src/cli. Do not edit. -->',
    'What `--help all` says. Of the flags of `train`, those that are settings are on [another page](settings.md).',
    ...(await helpOf(pix2pix, ['pix2pix'])),
  ];
  await expect(`${page.join('\n\n')}\n`).toMatchFileSnapshot('../docs/command-reference.md');
});

/** A heading and the help of every command of a group and those below it. */
async function helpOf(group: CommandGroup, words: readonly string[]): Promise<string[]> {
  const sections = Object.entries(group.commands).map(async ([name, { description, load }]) => {
    const [command, path] = [await load(), [...words, name]];
    if (isGroup(command)) return helpOf(command, path);
    const help = helpText(name === 'train' ? ownFlags(command) : command, path, { description, all: true });
    return [`## ${path.join(' ')}`, `\`\`\`text\n${stripVTControlCharacters(help)}\n\`\`\``];
  });
  return (await Promise.all(sections)).flat();
}

/** A command without the flags of settings, and without its details, which are about them. */
function ownFlags({ args, examples, run }: Command): Command {
  const settings = flagSettings.map(({ flag }) => flag);
  return {
    args: Object.fromEntries(Object.entries(args).filter(([name]) => !settings.includes(name))),
    examples,
    run,
  };
}
