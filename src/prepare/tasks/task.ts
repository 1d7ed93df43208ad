import type { Image, Samples } from '../../core/image.ts';
import type { Direction } from '../../core/image-pair.ts';
import type { Random } from '../../core/random.ts';

/** What people can turn about a task: a number within bounds, or one of a few words. */
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

/** Numbers for number options, one of its words for a choice. */
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
  /** What A and B show, for people. */
  readonly a: string;
  readonly b: string;
  /** The direction that learns what the task is named after. */
  readonly direction: Direction;
  readonly options: Options;
  /** What is done to a photo to become A; otherwise nothing. */
  readonly original?: (photo: Image) => Image<Samples>;
  /** B, of the same size, from an RGB photo. Equal values and random streams give equal pictures. */
  derive(photo: Image, values: TaskValues<Options>, random: Random): Image<Samples>;
}

/** Lets the types of `derive`'s values follow from `options`. */
export function defineTask<const Options extends TaskOptions>(task: PhotoTask<Options>): PhotoTask {
  // Values are checked against `options` before they come here, which the erased type can't express.
  return task as unknown as PhotoTask;
}

/** The default of every option. */
export function defaultValues(task: PhotoTask): TaskValues {
  return Object.fromEntries(Object.entries(task.options).map(([name, option]) => [name, option.default]));
}
