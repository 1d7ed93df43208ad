import { parseArgs } from 'citty';
import { UserError } from '../core/errors.ts';
import { packageVersion } from '../runs/version.ts';
import {
  type CommandEntry,
  type CommandGroup,
  checkArguments,
  didYouMean,
  isGroup,
} from './options/command.ts';
import { helpText } from './options/help.ts';

/** Every command, by name. */
export const pix2pix: CommandGroup = {
  details: 'Without a command, on a terminal: opens a page to draw on.',
  commands: {
    demo: {
      description: 'Train a small model on emoji, in minutes',
      load: async () => (await import('./commands/demo.ts')).demo,
    },
    train: {
      description: 'Train a model on a folder of image pairs',
      load: async () => (await import('./commands/train.ts')).train,
    },
    translate: {
      description: 'Translate images with a trained model',
      load: async () => (await import('./commands/translate.ts')).translate,
    },
    bulk: {
      description: 'Translate millions of images on several machines, through a queue in Redis',
      load: async () => (await import('./commands/bulk/index.ts')).bulk,
    },
    evaluate: {
      description: 'Score models on a data set, against the ground truth and each other',
      load: async () => (await import('./commands/evaluate.ts')).evaluate,
    },
    export: {
      description: 'Export a trained generator as a file that runs elsewhere',
      load: async () => (await import('./commands/export.ts')).exportCommand,
    },
    inspect: {
      description: 'Show what is in a data set, a run or a weights file, and find problems',
      load: async () => (await import('./commands/inspect.ts')).inspect,
    },
    fetch: {
      description: 'Download a published data set',
      load: async () => (await import('./commands/fetch.ts')).fetchCommand,
    },
    prepare: {
      description: 'Make image pairs to train on',
      load: async () => (await import('./commands/prepare/index.ts')).prepare,
    },
    studio: {
      description: 'Open the web page: follow runs, draw, translate, compare, start training',
      load: async () => (await import('./commands/studio.ts')).studio,
    },
    import: {
      description: 'Import a generator from PyTorch, Keras or safetensors',
      load: async () => (await import('./commands/import.ts')).importCommand,
    },
    bench: {
      description: 'Time training and translation on this machine, and compare with other programs',
      load: async () => (await import('./commands/bench.ts')).bench,
    },
  },
  examples: ['npx pix2pix demo', 'npx pix2pix train facades --direction BtoA', 'npx pix2pix train --help'],
};

const pix2pixDescription = 'pix2pix in TypeScript: from a folder of image pairs to a trained model';

/** What the program does: runs a command line to its end, and ends the process with its status. */
export async function runCli(rawArgs: readonly string[]): Promise<void> {
  handleClosedOutput();
  process.exitCode = await runCommandLine(rawArgs);
  // A failed command may leave threads behind that would keep the process alive.
  if (process.exitCode !== 0) setTimeout(() => process.exit(), 2000).unref();
}

/** Runs a command line to its end; returns the exit status: 0, 1 for an internal error, 2 for a user error. */
export async function runCommandLine(rawArgs: readonly string[]): Promise<0 | 1 | 2> {
  try {
    await dispatch({ description: pix2pixDescription, load: async () => pix2pix }, rawArgs, ['pix2pix']);
    return 0;
  } catch (error) {
    return report(error);
  }
}

async function dispatch(
  { description, load }: CommandEntry,
  rawArgs: readonly string[],
  words: readonly string[],
): Promise<void> {
  const command = await load();
  const [first, ...rest] = rawArgs;
  if (isGroup(command) && first !== undefined && !first.startsWith('-')) {
    return dispatch(subcommand(command, first, words), rest, [...words, first]);
  }
  const help = helpAsked(rawArgs);
  const isBare = command === pix2pix && first === undefined;
  if (isBare && process.stdout.isTTY) return (await import('./commands/studio.ts')).drawInBrowser();
  if (help || isBare) {
    return print(helpText(command, words, { description, all: help === 'all' }));
  }
  if (command === pix2pix && (first === '--version' || first === '-v')) return print(packageVersion);
  if (isGroup(command)) throw new UserError(explainGroup(command, first, words));
  checkArguments(command, rawArgs, words);
  await command.run(parseArgs([...rawArgs], command.args));
}

function subcommand(group: CommandGroup, word: string, words: readonly string[]): CommandEntry {
  if (Object.hasOwn(group.commands, word)) return group.commands[word]!;
  const names = Object.keys(group.commands);
  throw new UserError(
    `Cannot find command "${[...words, word].join(' ')}": ${didYouMean(word, names)}` +
      `commands are ${names.join(', ')}`,
  );
}

/** Whether `--help` or `--help all` is among the flags. */
function helpAsked(rawArgs: readonly string[]): 'common' | 'all' | null {
  const end = rawArgs.indexOf('--');
  const words = end < 0 ? rawArgs : rawArgs.slice(0, end);
  const at = words.findIndex(word => word === '--help' || word === '-h');
  if (at < 0) return null;
  return words[at + 1] === 'all' ? 'all' : 'common';
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

/** A pipe that closes, as in `pix2pix inspect x | head`, ends the command quietly. Without its terminal it continues, and saves. */
function handleClosedOutput(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EPIPE') process.exit();
      if (error.code !== 'EIO') throw error;
    });
  }
}
