import { parseArgs } from 'citty';
import { UserError } from '../core/errors.ts';
import { packageVersion } from '../runs/version.ts';
import { checkArguments } from './options/check-arguments.ts';
import { type Command, type CommandGroup, isGroup } from './options/command.ts';
import { helpText } from './options/help.ts';
import { didYouMean } from './options/nearest.ts';

/** Every command, by name. */
export const pix2pix: CommandGroup = {
  description: 'pix2pix in TypeScript: from a folder of image pairs to a trained model',
  commands: {
    demo: {
      description: 'Train a small model on invented facades, in minutes',
      load: async () => (await import('./commands/demo.ts')).demo,
    },
    train: {
      description: 'Train a model on a folder of image pairs',
      load: async () => (await import('./commands/train.ts')).train,
    },
    translate: {
      description: 'Translate pictures with a trained model',
      load: async () => (await import('./commands/translate.ts')).translate,
    },
    evaluate: {
      description: 'Score models on a data set, against the truth and each other',
      load: async () => (await import('./commands/evaluate.ts')).evaluate,
    },
    export: {
      description: 'Write a trained generator as a file that runs elsewhere',
      load: async () => (await import('./commands/export.ts')).exportCommand,
    },
    inspect: {
      description: 'Say what is in a data set, a run or a weights file',
      load: async () => (await import('./commands/inspect.ts')).inspect,
    },
    fetch: {
      description: 'Download a published data set',
      load: async () => (await import('./commands/fetch.ts')).fetchCommand,
    },
    prepare: {
      description: 'Make image pairs to train with',
      load: async () => (await import('./commands/prepare/index.ts')).prepare,
    },
    studio: {
      description: 'Open the web page: runs live, draw, translate, start training',
      load: async () => (await import('./commands/studio.ts')).studio,
    },
    import: {
      description: 'Make a run of weights from PyTorch, Keras or safetensors',
      load: async () => (await import('./commands/import.ts')).importCommand,
    },
    bench: {
      description: 'Time this machine, against PyTorch if it is installed',
      load: async () => (await import('./commands/bench.ts')).bench,
    },
  },
  examples: ['npx pix2pix demo', 'npx pix2pix train facades --direction BtoA', 'npx pix2pix train --help'],
};

/** What the program does: runs a command line to its end, and ends the process with its status. */
export async function runCli(rawArgs: readonly string[]): Promise<void> {
  exitQuietlyWhenPipeCloses();
  process.exitCode = await runCommandLine(rawArgs);
  // A failed command may leave threads behind that would keep the process alive.
  if (process.exitCode !== 0) setTimeout(() => process.exit(), 2000).unref();
}

/** Runs a command line to its end; returns the exit status: 0, 1 for our mistakes, 2 for the user's. */
export async function runCommandLine(rawArgs: readonly string[]): Promise<0 | 1 | 2> {
  try {
    await dispatch(pix2pix, rawArgs, ['pix2pix']);
    return 0;
  } catch (error) {
    return report(error);
  }
}

async function dispatch(
  command: Command | CommandGroup,
  rawArgs: readonly string[],
  words: readonly string[],
): Promise<void> {
  const [first, ...rest] = rawArgs;
  if (isGroup(command) && first !== undefined && !first.startsWith('-')) {
    return dispatch(await subcommand(command, first, words), rest, [...words, first]);
  }
  if (asksForHelp(command, rawArgs)) return print(await helpText(command, words));
  if (command === pix2pix && (first === '--version' || first === '-v')) return print(packageVersion);
  if (isGroup(command)) throw new UserError(explainGroup(command, first, words));
  checkArguments(command, rawArgs, words);
  await command.run(parseArgs([...rawArgs], command.args));
}

function subcommand(group: CommandGroup, word: string, words: readonly string[]) {
  if (Object.hasOwn(group.commands, word)) return group.commands[word]!.load();
  const names = Object.keys(group.commands);
  throw new UserError(
    `Cannot find command "${[...words, word].join(' ')}": ${didYouMean(word, names)}` +
      `commands are ${names.join(', ')}`,
  );
}

/** `--help` anywhere, or nothing at all after `pix2pix`. */
function asksForHelp(command: Command | CommandGroup, rawArgs: readonly string[]): boolean {
  const end = rawArgs.indexOf('--');
  const flags = end < 0 ? rawArgs : rawArgs.slice(0, end);
  return flags.includes('--help') || flags.includes('-h') || (command === pix2pix && rawArgs.length === 0);
}

/** Why a group can't run as it stands: no command was named, or a flag stands in its place. */
function explainGroup(group: CommandGroup, flag: string | undefined, words: readonly string[]): string {
  const names = Object.keys(group.commands).join(', ');
  if (flag === undefined) return `Cannot run "${words.join(' ')}" alone: add one of ${names}`;
  const known = ['--help', ...(group === pix2pix ? ['--version'] : [])];
  return `Cannot use flag "${flag}" with "${words.join(' ')}": ${didYouMean(flag, known)}commands are ${names}`;
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

function report(error: unknown): 1 | 2 {
  const isUsers = error instanceof UserError;
  console.error(isUsers ? error.message.replaceAll(/\s*\n\s*/g, ' ') : error);
  return isUsers ? 2 : 1;
}

/** `pix2pix inspect x | head` is no mistake of anybody's. */
function exitQuietlyWhenPipeCloses(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit();
    throw error;
  });
}
