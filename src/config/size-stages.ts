import type { Size } from '../core/sizes.ts';

/** What decides the size of each step of a run: the last size, and those before it. */
interface Sizes {
  readonly size: Size;
  /** Such as `64:25%,128:35%`: sizes with their shares of the run's steps; null: none. */
  readonly grow: string | null;
}

/** Consecutive steps with images of one size. */
export interface SizeStage {
  readonly size: Size;
  readonly steps: number;
}

const one = String.raw`[1-9]\d*(x[1-9]\d*)?:\d+(\.\d+)?%`;
/** How `grow` is written. */
export const growForm = new RegExp(`^${one}(,${one})*$`);

/** The sizes before the last, each with its share of the run's steps in percent. */
export function smallerSizes(
  grow: string | null,
): readonly { readonly size: Size; readonly percent: number }[] {
  return (grow?.split(',') ?? []).map(entry => {
    const [sides, percent] = entry.split(':') as [string, string];
    const [height, width = height] = sides.split('x').map(Number) as [number, number?];
    return { size: [height, width], percent: Number.parseFloat(percent) };
  });
}

/** Every size that a run trains at, the last one last. */
export function trainingSizes({ size, grow }: Sizes): Size[] {
  return [...smallerSizes(grow).map(each => each.size), size];
}

/** The steps that remain after the first `done` of `totalSteps`, by size: that of the next step first. */
export function sizeStages({ size, grow }: Sizes, totalSteps: number, done = 0): SizeStage[] {
  let [start, percent] = [0, 0];
  const stageTo = (end: number, size: Size): SizeStage => {
    const steps = Math.max(end - Math.max(start, done), 0);
    start = end;
    return { size, steps };
  };
  const smaller = smallerSizes(grow).map(each => {
    percent += each.percent;
    return stageTo(Math.round((totalSteps * percent) / 100), each.size);
  });
  return [...smaller.filter(({ steps }) => steps > 0), stageTo(totalSteps, size)];
}

/** The stages' cost in steps of `size`, assuming that a step's time is proportional to its pixels. */
export function stepsOfSize([height, width]: Size, stages: readonly SizeStage[]): number {
  return stages.reduce(
    (sum, stage) => sum + (stage.steps * stage.size[0] * stage.size[1]) / (height * width),
    0,
  );
}

/** What limits a run's steps. */
interface Limits {
  readonly epochs: number;
  readonly steps: number | null;
}

/** Number of steps of a run without a time limit. */
export function totalStepsOf({ epochs, steps }: Limits, stepsPerEpoch: number): number {
  return Math.min(epochs * stepsPerEpoch, steps ?? Number.POSITIVE_INFINITY);
}

/** A run's config with the size of the images after its first `done` steps. */
export function configAfter<Config extends Sizes & Limits>(
  config: Config,
  stepsPerEpoch: number,
  done: number,
): Config {
  const [next] = sizeStages(config, totalStepsOf(config, stepsPerEpoch), done);
  return { ...config, size: next!.size };
}
