import { stripVTControlCharacters } from 'node:util';
import { expect, test } from 'vitest';
import { pix2pix } from '../src/cli/main.ts';
import { type CommandGroup, isGroup } from '../src/cli/options/command.ts';
import { helpText } from '../src/cli/options/help.ts';

test('docs/command-reference.md is up to date; npm run docs:reference writes it', async () => {
  const page = [
    '# Command reference',
    '<!-- Written by `npm run docs:reference` from the declarations in src/cli. Do not edit. -->',
    'What `--help` says, except that of `train`: [settings](settings.md) explains the flags that decide how a run trains, and `train --help all` also lists the others.',
    ...(await helpOf(pix2pix, ['pix2pix'])),
  ];
  await expect(`${page.join('\n\n')}\n`).toMatchFileSnapshot('../docs/command-reference.md');
});

/** A heading and the help of every command of a group and those below it. */
async function helpOf(group: CommandGroup, words: readonly string[]): Promise<string[]> {
  const sections = Object.entries(group.commands).map(async ([name, { description, load }]) => {
    const [command, path] = [await load(), [...words, name]];
    if (isGroup(command)) return helpOf(command, path);
    if (name === 'train') return [];
    const help = helpText(command, path, { description, all: true });
    return [`## ${path.join(' ')}`, `\`\`\`text\n${stripVTControlCharacters(help)}\n\`\`\``];
  });
  return (await Promise.all(sections)).flat();
}
