import type { ArgDef, ParsedArgs } from 'citty';
import type { OptionGroup } from '../../config/settings/setting.ts';

/** A flag or positional argument, as citty describes it, and its place in the help. */
export type Option = ArgDef & {
  /** Otherwise the first one. */
  readonly group?: OptionGroup;
  /** Shown by `--help all` alone. */
  readonly rare?: boolean;
  /** The usual value, where something else than the parser sets it. */
  readonly standard?: string | undefined;
};

export type Options = Readonly<Record<string, Option>>;

/** Something to run: `pix2pix train DATA`. What it does in a line is said by its {@link CommandEntry}. */
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
  // The parser hands `run` what `args` says, which the erased type can't express.
  return command as unknown as Command;
}

export function isGroup(command: Command | CommandGroup): command is CommandGroup {
  return 'commands' in command;
}
