import { stripVTControlCharacters, styleText } from 'node:util';
import { type CommandDef, renderUsage } from 'citty';
import { type Command, type CommandGroup, isGroup } from './command.ts';

/** The help of a command, named by its words: usage, arguments, flags and examples. */
export async function helpText(command: Command | CommandGroup, words: readonly string[]): Promise<string> {
  const usage = await renderUsage(describe(command, words.join(' ')));
  const examples = command.examples.map(line => `  ${line}`);
  const text = [markRepeated(usage.trimEnd(), command), '', heading('EXAMPLES'), '', ...examples].join('\n');
  return process.stdout.isTTY ? text : stripVTControlCharacters(text).replaceAll(/ +$/gm, '');
}

function describe(command: Command | CommandGroup, name: string): CommandDef {
  const meta = { name, description: command.description };
  if (!isGroup(command)) return { meta, args: command.args };
  // Stand-ins with the descriptions only, so that the help loads no command.
  const entries = Object.entries(command.commands).map(([word, { description }]) => [
    word,
    { meta: { name: word, description } },
  ]);
  return { meta, subCommands: Object.fromEntries(entries) };
}

function markRepeated(usage: string, command: Command | CommandGroup): string {
  if (isGroup(command) || command.repeats === undefined) return usage;
  const name = `<${command.repeats.toUpperCase()}>`;
  return usage.replace(name, `${name}…`);
}

function heading(text: string): string {
  return styleText(['bold', 'underline'], text);
}
