import type { Image, Samples } from '../../core/image.ts';
import type { Direction } from '../../core/image-pair.ts';
import type { Random } from '../../core/random.ts';

/** An option of a task: a number within bounds, or one of a few words. */
export type TaskOption =
  | {
      readonly kind: 'number';
      readonly default: number;
      readonly least: number;
      readonly most: number;
      readonly whole?: boolean;
      readonly about: string;
    }
  | {
      readonly kind: 'choice';
      readonly default: string;
      readonly choices: readonly string[];
      readonly about: string;
    };

export type TaskOptions = Readonly<Record<string, TaskOption>>;

/** Option values: numbers, or one of the words of a choice. */
export type TaskValues<Options extends TaskOptions = TaskOptions> = {
  readonly [Name in keyof Options]: Options[Name] extends { choices: readonly (infer Word)[] }
    ? Word
    : Options[Name] extends { kind: 'number' }
      ? number
      : number | string;
};

/** A way to make pairs from plain photos: A is the photo, B is derived from it. */
export interface PhotoTask<Options extends TaskOptions = TaskOptions> {
  /** One line for the help, without final period. */
  readonly description: string;
  /** What A and B show, for users. */
  readonly a: string;
  readonly b: string;
  /** The direction that learns the task that it is named after. */
  readonly direction: Direction;
  readonly options: Options;
  /** Makes A from a photo; by default A is the photo. */
  readonly original?: (photo: Image) => Image<Samples>;
  /** Makes B, of the same size, from an RGB photo. Equal values and random streams give equal pictures. */
  derive(photo: Image, values: TaskValues<Options>, random: Random): Image<Samples>;
}

/** Infers the types of `derive`'s values from `options`. */
export function defineTask<const Options extends TaskOptions>(task: PhotoTask<Options>): PhotoTask {
  // Values are validated against `options` before; the erased type can't express that.
  return task as unknown as PhotoTask;
}

/** The default of every option. */
export function defaultValues(task: PhotoTask): TaskValues {
  return Object.fromEntries(Object.entries(task.options).map(([name, option]) => [name, option.default]));
}
