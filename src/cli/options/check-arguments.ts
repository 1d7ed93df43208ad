import type { ArgDef } from 'citty';
import { UserError } from '../../core/errors.ts';
import type { Command } from './command.ts';
import { didYouMean } from './nearest.ts';

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

/** Checks one flag; true where the next argument is its value. */
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
  const known = ['--help', ...flags.map(([name]) => `--${name}`)];
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
    throw new UserError(
      `Cannot run "${words.join(' ')}" without ${missing[0].toUpperCase()}: for example ${command.examples[0]}`,
    );
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
