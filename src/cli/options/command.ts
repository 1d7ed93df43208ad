import type { ArgDef, ParsedArgs } from 'citty';
import { closest, distance } from 'fastest-levenshtein';
import type { OptionGroup } from '../../config/settings/declare.ts';
import { UserError } from '../../core/errors.ts';
import { flagsElsewhere } from './flags-elsewhere.ts';

/** A flag or positional argument, as citty describes it, and its place in the help. */
export type Option = ArgDef & {
  /** Otherwise the first one. */
  readonly group?: OptionGroup;
  /** Shown by `--help all` alone. */
  readonly rare?: boolean;
  /** The default, if it is not the parser that sets it. */
  readonly standard?: string | undefined;
};

export type Options = Readonly<Record<string, Option>>;

/** A command: `pix2pix train DATA`. Its description is in its {@link CommandEntry}. */
export interface Command<Args extends Options = Options> {
  /** More about it, for its help. */
  readonly details?: string;
  readonly args: Args;
  /** The positional argument that may be repeated. */
  readonly repeats?: keyof Args & string;
  /** Full command lines, for the help. */
  readonly examples: readonly string[];
  run(args: ParsedArgs<Args>): Promise<void>;
}

/** Commands under a common word: `pix2pix prepare …`, and `pix2pix` itself. */
export interface CommandGroup {
  readonly details?: string;
  readonly commands: Readonly<Record<string, CommandEntry>>;
  readonly examples: readonly string[];
}

/** A command by name; its file is loaded only when it is asked for. */
export interface CommandEntry {
  /** What it does, in a line. */
  readonly description: string;
  load(): Promise<Command | CommandGroup>;
}

/** Lets the type of `run`'s arguments follow from `args`. */
export function defineCommand<const Args extends Options>(command: Command<Args>): Command {
  // The parser passes `run` the values that `args` describes, which the erased type can't express.
  return command as unknown as Command;
}

export function isGroup(command: Command | CommandGroup): command is CommandGroup {
  return 'commands' in command;
}

/**
 * Refuses what citty would let pass: unknown flags, flags without their value, too many or too few arguments.
 * Throws {@link UserError}.
 */
export function checkArguments(command: Command, rawArgs: readonly string[], words: readonly string[]): void {
  const positionals: string[] = [];
  for (let i = 0; i < rawArgs.length; i++) {
    const arg = rawArgs[i]!;
    if (arg === '--') {
      positionals.push(...rawArgs.slice(i + 1));
      break;
    }
    if (!arg.startsWith('-') || arg === '-') positionals.push(arg);
    else if (takesNext(command, arg, rawArgs[i + 1], words)) i++;
  }
  checkCount(command, positionals, words);
}

/** Checks one flag; true if the next argument is its value. */
function takesNext(
  command: Command,
  arg: string,
  next: string | undefined,
  words: readonly string[],
): boolean {
  const [flag, value] = splitAt(arg, '=');
  const [name, type] = findFlag(command, flag, words);
  if (type === 'boolean') {
    if (value !== undefined) {
      throw new UserError(`Cannot use "${arg}": --${name} is a switch; write --${name} or leave it out`);
    }
    return false;
  }
  if (value === '' || (value === undefined && (!next || next.startsWith('--')))) {
    throw new UserError(`Cannot use --${name} without a value: write ${valueForm(command, name)}`);
  }
  return value === undefined;
}

function findFlag(
  command: Command,
  flag: string,
  words: readonly string[],
): [name: string, type: ArgDef['type']] {
  const flags = Object.entries(command.args).filter(([, { type }]) => type !== 'positional');
  for (const [name, { type }] of flags) {
    if (flag === `--${name}` || (type === 'boolean' && flag === `--no-${name}`)) return [name, type];
  }
  const known = [
    '--help',
    ...flags.map(([name]) => `--${name}`),
    ...flags.flatMap(([name, { type }]) => (type === 'boolean' ? [`--no-${name}`] : [])),
  ];
  const elsewhere = Object.entries(flagsElsewhere).find(([other]) => flag === `--${other}`)?.[1];
  const here = elsewhere === 'data' ? 'DATA' : `--${elsewhere}`;
  if (known.includes(here) || (elsewhere !== undefined && elsewhere in command.args)) {
    throw new UserError(
      `Cannot use flag "${flag}" with "${words.join(' ')}": here it is "${here}"; docs/import.md has a table of both`,
    );
  }
  throw new UserError(
    `Cannot use flag "${flag}" with "${words.join(' ')}": ${didYouMean(flag, known)}` +
      `see ${words.join(' ')} --help`,
  );
}

function valueForm(command: Command, name: string): string {
  const { valueHint = 'VALUE' } = command.args[name]!;
  return `--${name} ${valueHint}`;
}

function checkCount(command: Command, positionals: readonly string[], words: readonly string[]): void {
  const wanted = Object.entries(command.args).filter(([, { type }]) => type === 'positional');
  const missing = wanted[positionals.length];
  if (missing && missing[1].required !== false) {
    const given = positionals.map(word => `"${word}"`).join(' and ');
    const needed = wanted.filter(([, { required }]) => required !== false);
    const names = needed.map(([name]) => name.toUpperCase()).join(' and ');
    const problem = given === '' ? `without ${names}:` : `with ${given} alone: it needs ${names};`;
    throw new UserError(`Cannot run "${words.join(' ')}" ${problem} for example ${command.examples[0]}`);
  }
  if (positionals.length > wanted.length && command.repeats === undefined) {
    throw new UserError(
      `Cannot use argument "${positionals[wanted.length]}" with "${words.join(' ')}": ` +
        `it takes ${wanted.length}; see ${words.join(' ')} --help`,
    );
  }
}

function splitAt(text: string, mark: string): [string, string | undefined] {
  const at = text.indexOf(mark);
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
}

/** The name that was probably meant: one that begins so, or one with few letters changed; short words say too little. */
function nearest(word: string, names: readonly string[]): string | undefined {
  const longer = names.filter(name => name.startsWith(word));
  if (longer.length > 0) return closest(word, longer);
  const letters = word.replace(/^--/, '').length;
  const most = letters < 4 ? 0 : Math.max(2, letters / 3);
  const close = names.filter(name => distance(word, name) <= most);
  return close.length > 0 ? closest(word, close) : undefined;
}

/** `did you mean "train"? ` if a word is similar, for the middle of a message. */
export function didYouMean(word: string, names: readonly string[]): string {
  const near = nearest(word, names);
  return near === undefined ? 'it does not exist; ' : `did you mean "${near}"? `;
}
