import { colorize } from './colorize.ts';
import { day2night } from './day2night.ts';
import { deblur } from './deblur.ts';
import { denoise } from './denoise.ts';
import { edges } from './edges.ts';
import { inpaint } from './inpaint.ts';
import { lowdose } from './lowdose.ts';
import { stylize } from './stylize.ts';
import { superres } from './superres.ts';

export {
  defaultValues,
  type PhotoTask,
  type TaskOption,
  type TaskOptions,
  type TaskValues,
} from './task.ts';

/** All ways to make pairs from plain photos, by their names on the command line. */
export const photoTasks = {
  colorize,
  superres,
  inpaint,
  edges,
  denoise,
  deblur,
  day2night,
  lowdose,
  stylize,
} as const;

export type PhotoTaskName = keyof typeof photoTasks;
