import type { ArgsDef, ParsedArgs } from 'citty';

/** Something to run: `pix2pix train DATA`. */
export interface Command<Args extends ArgsDef = ArgsDef> {
  readonly description: string;
  /** Flags and positional arguments, as citty describes them. */
  readonly args: Args;
  /** The positional argument that may be repeated. */
  readonly repeats?: keyof Args & string;
  /** Full command lines, for the help. */
  readonly examples: readonly string[];
  run(args: ParsedArgs<Args>): Promise<void>;
}

/** Commands under a common word: `pix2pix prepare …`, and `pix2pix` itself. */
export interface CommandGroup {
  readonly description: string;
  readonly commands: Readonly<Record<string, CommandEntry>>;
  readonly examples: readonly string[];
}

/** A command by name; its file is loaded only when it is asked for. */
export interface CommandEntry {
  readonly description: string;
  load(): Promise<Command | CommandGroup>;
}

/** Lets the type of `run`'s arguments follow from `args`. */
export function defineCommand<const Args extends ArgsDef>(command: Command<Args>): Command {
  // The parser hands `run` what `args` says, which the erased type can't express.
  return command as unknown as Command;
}

export function isGroup(command: Command | CommandGroup): command is CommandGroup {
  return 'commands' in command;
}
