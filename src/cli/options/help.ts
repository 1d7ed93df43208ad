import { styleText } from 'node:util';
import { optionGroups } from '../../config/settings/declare.ts';
import { type Command, type CommandGroup, isGroup, type Option } from './command.ts';

/** Columns of a line, and of the labels left of explanations. */
const [WIDTH, LABEL] = [100, 32];

/** A label and what it means. */
type Row = readonly [label: string, text: string];

type Section = readonly [title: string, rows: readonly Row[]];

/**
 * The help of a command, named by its words: what it does, how it is called, its options by group, examples.
 * @param all whether options that few people need are listed as well.
 */
export function helpText(
  command: Command | CommandGroup,
  words: readonly string[],
  { description, all }: { readonly description: string; readonly all: boolean },
): string {
  const { details, examples } = command;
  const lines = [
    ...wrap(description, WIDTH),
    ...(details === undefined ? [] : ['', ...details.split('\n').flatMap(line => wrap(line, WIDTH))]),
    '',
    `${heading('Usage:')} ${words.join(' ')} ${usage(command)}`,
    ...(isGroup(command) ? commandSection(command) : optionSections(command, words, all)),
    '',
    heading('Examples:'),
    ...examples.map(line => `  ${line}`),
  ];
  return lines.join('\n');
}

function usage(command: Command | CommandGroup): string {
  if (isGroup(command)) return 'COMMAND [options]';
  const names = Object.entries(command.args)
    .filter(([, { type }]) => type === 'positional')
    .map(([name, { required }]) => {
      const word = name.toUpperCase() + (command.repeats === name ? '…' : '');
      return required === false ? `[${word}]` : word;
    });
  return [...names, '[options]'].join(' ');
}

function commandSection({ commands }: CommandGroup): string[] {
  const rows = Object.entries(commands).map(([name, { description }]): Row => [name, description]);
  return sections([['Commands:', rows]]);
}

function optionSections({ args, repeats }: Command, words: readonly string[], all: boolean): string[] {
  const options: [string, Option][] = Object.entries(args);
  const positionals = options.filter(([, { type }]) => type === 'positional');
  const flags = options.filter(([, { type }]) => type !== 'positional');
  const shown = all ? flags : flags.filter(([, { rare }]) => !rare);
  const hidden = flags.length - shown.length;
  const groups = optionGroups.map((group): Section => {
    const members = shown.filter(([, option]) => (option.group ?? 'Main') === group);
    return [group === 'Main' ? 'Options:' : `${group}:`, members.map(rowOf)];
  });
  return [
    ...sections([
      [
        'Arguments:',
        positionals.map(([name, { description = '' }]): Row => {
          const word = name.toUpperCase() + (name === repeats ? '…' : '');
          return [word, description];
        }),
      ],
      ...groups,
    ]),
    ...(hidden > 0 ? ['', `${words.join(' ')} --help all lists ${hidden} more options.`] : []),
  ];
}

function rowOf([name, { type, valueHint, description = '', default: value, standard }]: [
  string,
  Option,
]): Row {
  const said = description.includes('(default');
  const usual = said ? undefined : (standard ?? (type === 'boolean' ? undefined : value?.toString()));
  const isEither = type === 'boolean' && (value === true || standard !== undefined);
  const label = isEither ? `--[no-]${name}` : `--${name}${valueHint ? ` ${valueHint}` : ''}`;
  return [label, usual === undefined ? description : `${description} (default: ${usual})`];
}

/** Titles and their rows, in two columns of the same width on the whole page; nothing of sections without rows. */
function sections(all: readonly Section[]): string[] {
  const labels = all.flatMap(([, rows]) => rows.map(([label]) => label.length));
  const width = Math.max(0, ...labels.filter(length => length <= LABEL));
  return all
    .filter(([, rows]) => rows.length > 0)
    .flatMap(([title, rows]) => ['', heading(title), ...rows.flatMap(row => rowLines(row, width))]);
}

function rowLines([label, text]: Row, width: number): string[] {
  const indent = ' '.repeat(width + 4);
  const lines = wrap(text, WIDTH - indent.length);
  if (label.length > width) return [`  ${label}`, ...lines.map(line => indent + line)];
  const [first = '', ...rest] = lines;
  return [`  ${label.padEnd(width)}  ${first}`, ...rest.map(line => indent + line)];
}

/** Lines of at most `width` characters, broken between words. */
function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const line = lines.at(-1);
    if (line !== undefined && line.length + 1 + word.length <= width)
      lines[lines.length - 1] = `${line} ${word}`;
    else lines.push(word);
  }
  return lines;
}

function heading(text: string): string {
  return process.stdout.isTTY ? styleText('bold', text) : text;
}
